# Two stages: what installs stays behind. No compiler and no pip in the image that runs; all but /data may be read-only.
# To pin the base, so that a build next year is this one: --build-arg BASE=python:3.11-slim-bookworm@sha256:... with the
# digest that docker buildx imagetools inspect python:3.11-slim-bookworm shows.
ARG BASE=python:3.11-slim-bookworm
FROM $BASE AS build
COPY requirements.txt .
RUN python -m venv --without-pip /venv \
 && pip install --quiet --no-cache-dir --require-hashes --only-binary :all: --target /venv/lib/python3.11/site-packages -r requirements.txt
COPY . /charley
# With umask 077, a checkout is closed to everybody but its owner, and so would be its copy.
RUN chmod -R a+rX /charley && python -m compileall -q /charley

FROM $BASE
LABEL org.opencontainers.image.title="Charley" org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.description="A Telegram bot for leg cramps: relief the second it hurts."
ENV PATH=/venv/bin:$PATH PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 DATABASE_URL=sqlite:////data/charley.db
RUN rm -rf /usr/local/bin/pip* /usr/local/lib/python3.11/site-packages/* /usr/local/lib/python3.11/ensurepip \
 && mkdir /data && chown 10001:10001 /data
COPY --from=build /venv /venv
COPY --from=build /charley /charley
WORKDIR /charley
USER 10001:10001
VOLUME /data
STOPSIGNAL SIGTERM
# A bot that polls listens on loopback, one with a webhook everywhere (HOST=0.0.0.0), which this reaches on loopback too.
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 CMD ["python", "-c", "import http.client, os, sys; asked = http.client.HTTPConnection(os.environ.get('HOST') or '127.0.0.1', int(os.environ.get('PORT') or 8443), timeout=4); asked.request('GET', '/healthz'); sys.exit(asked.getresponse().status != 200)"]
ENTRYPOINT ["python", "-m", "bot"]
