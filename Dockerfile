# Two stages: what installs stays behind. No compiler, no pip in the image that runs; all but /data is read-only.
FROM python:3.11-slim-bookworm AS build
COPY requirements.txt .
RUN python -m venv --without-pip /venv \
 && pip install --quiet --no-cache-dir --require-hashes --only-binary :all: --target /venv/lib/python3.11/site-packages -r requirements.txt

FROM python:3.11-slim-bookworm
ENV PATH=/venv/bin:$PATH PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 DATABASE_URL=sqlite:////data/charley.db HOST=0.0.0.0
RUN mkdir /data && chown 10001:10001 /data
COPY --from=build /venv /venv
COPY . /charley
WORKDIR /charley
RUN python -m compileall -q .
USER 10001:10001
VOLUME /data
STOPSIGNAL SIGTERM
ENTRYPOINT ["python", "-m", "bot"]
