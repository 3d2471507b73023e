/** Links to the bot itself, such as t.me/charley_bot?start=cramp: they start it in the private chat, and open no page. */

/** Return the command that a link to the bot sends; undefined if the link leads elsewhere. */
export function startCommand(address, username) {
  const url = URL.canParse(address) ? new URL(address) : null;
  const isToBot = url && ["t.me", "telegram.me"].includes(url.hostname) && isSameName(url.pathname.slice(1), username);
  const payload = url?.searchParams.get("start");
  return isToBot && payload !== null ? `/start ${payload}`.trim() : undefined;
}

/** Follow the links to the bot that are pressed within `root`. `start` sends a command to the bot. */
export function followLinks(root, username, start) {
  root.addEventListener("click", (event) => {
    const command = startCommand(event.target.closest("a[href]")?.href, username);
    if (!command) return;
    event.preventDefault();
    start(command);
  });
}

function isSameName(name, username) {
  return name.toLowerCase() === username.toLowerCase();
}
