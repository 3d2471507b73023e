/** The page's own words, in every language that a person can have. The bot's texts are not translated here. */

const WORDS = {
  en: {
    local_chat: "local chat", people: "People", clock: "Clock", chats: "Chats", messages: "Messages",
    skip: "Skip ahead", skip_hour: "+1 h", skip_hour_long: "Skip ahead one hour",
    skip_evening: "21:30", skip_evening_long: "Skip ahead to 21:30",
    skip_day: "+1 day", skip_day_long: "Skip ahead one day",
    skip_until: "Skip to", skip_go: "Go", skip_go_long: "Skip to this time",
    clock_of: "{time} for {name}. Open the clock.", skipped: "It is now {time} for {name}.",
    to_light: "Use light colours", to_dark: "Use dark colours",
    add_person: "Add a person", new_group: "New group with everybody", group: "Group", name: "Name", language: "Language", time_zone: "Time zone", add: "Add", cancel: "Cancel",
    offline: "Connecting…", person_menu: "This person's settings", bot: "bot", typing: "typing…",
    block: "Block the bot", unblock: "Unblock", start: "Start", blocked: "blocked",
    pinned: "Pinned message", what_can_it_do: "What can this bot do?",
    to_newest: "Go to the newest message", share_place: "Share a location", latitude: "Latitude", longitude: "Longitude",
    share: "Share", menu: "Menu", message: "Message", show_keys: "Show or hide the bot's keyboard", send: "Send", attach: "Send a file", no_reply: "Do not reply to this message", keys: "The bot's keyboard",
    ok: "OK", commands: "Commands", here: "Where {name} is",
    edited: "edited", silent: "without sound", sent: "sent", react: "React or reply", reply: "Reply", reactions: "Reactions",
    remove_reaction: "Remove {emoji}", reaction: "Reaction: {emoji}",
    picture: "Picture", picture_for: "Picture for the text below", recording: "Voice message", place: "Location", contact: "Contact", file: "File", other_kind: "A message that this chat cannot show",
    show_hidden: "Show hidden text", show_all: "Show more", buttons: "Buttons", opens: "opens a page", copies: "copies text",
    copied: "Copied", not_copied: "The text could not be copied", no_answer: "The bot has not answered yet",
    choose_result: "Send which one?", today: "Today", yesterday: "Yesterday", you: "You", changed: "{name} changed a message: {text}",
    failed: "That did not work: {why}", phone_of: "{name}'s chat",
  },
  sv: {
    local_chat: "lokal chatt", people: "Personer", clock: "Klocka", chats: "Chattar", messages: "Meddelanden",
    skip: "Hoppa framåt", skip_hour: "+1 tim", skip_hour_long: "Hoppa fram en timme",
    skip_evening: "21:30", skip_evening_long: "Hoppa fram till 21:30",
    skip_day: "+1 dygn", skip_day_long: "Hoppa fram ett dygn",
    skip_until: "Hoppa till", skip_go: "Gå", skip_go_long: "Hoppa till den tiden",
    clock_of: "{time} hos {name}. Öppna klockan.", skipped: "Nu är klockan {time} hos {name}.",
    to_light: "Använd ljusa färger", to_dark: "Använd mörka färger",
    add_person: "Lägg till en person", new_group: "Ny grupp med alla", group: "Grupp", name: "Namn", language: "Språk", time_zone: "Tidszon", add: "Lägg till", cancel: "Avbryt",
    offline: "Ansluter…", person_menu: "Personens inställningar", bot: "bot", typing: "skriver…",
    block: "Blockera boten", unblock: "Avblockera", start: "Starta", blocked: "blockerad",
    pinned: "Fäst meddelande", what_can_it_do: "Vad kan boten göra?",
    to_newest: "Gå till det senaste meddelandet", share_place: "Dela en plats", latitude: "Latitud", longitude: "Longitud",
    share: "Dela", menu: "Meny", message: "Meddelande", show_keys: "Visa eller dölj botens tangentbord", send: "Skicka", attach: "Skicka en fil", no_reply: "Svara inte på det här meddelandet", keys: "Botens tangentbord",
    ok: "OK", commands: "Kommandon", here: "Där {name} är",
    edited: "redigerat", silent: "utan ljud", sent: "skickat", react: "Reagera eller svara", reply: "Svara", reactions: "Reaktioner",
    remove_reaction: "Ta bort {emoji}", reaction: "Reaktion: {emoji}",
    picture: "Bild", picture_for: "Bild till texten nedanför", recording: "Röstmeddelande", place: "Plats", contact: "Kontakt", file: "Fil", other_kind: "Ett meddelande som inte kan visas här",
    show_hidden: "Visa dold text", show_all: "Visa mer", buttons: "Knappar", opens: "öppnar en sida", copies: "kopierar text",
    copied: "Kopierat", not_copied: "Texten kunde inte kopieras", no_answer: "Boten har inte svarat ännu",
    choose_result: "Vad vill du skicka?", today: "I dag", yesterday: "I går", you: "Du", changed: "{name} ändrade ett meddelande: {text}",
    failed: "Det gick inte: {why}", phone_of: "Chatt för {name}",
  },
};

/** The languages by code. Each is named in itself. */
export const LANGUAGES = { en: "English", sv: "Svenska" };

/** Return a text in a language, with `{name}` replaced from `values`. An unknown language gets English. */
export function translate(language, key, values = {}) {
  const text = (WORDS[language] ?? WORDS.en)[key];
  return text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
}

/** Put the words of a language on everything in `root` that names one: data-word, data-placeholder or data-label. */
export function putWords(root, language) {
  for (const element of root.querySelectorAll("[data-word]")) element.textContent = translate(language, element.dataset.word);
  for (const field of root.querySelectorAll("[data-placeholder]")) field.placeholder = translate(language, field.dataset.placeholder);
  for (const element of root.querySelectorAll("[data-label]")) putLabel(element, translate(language, element.dataset.label));
}

/** Set the name of an element for screen readers. A button also gets it as its tooltip. */
export function putLabel(element, text) {
  element.setAttribute("aria-label", text);
  if (element.matches("button")) element.title = text;
}
