# The assistant as an image. Its data live on the volume /data: database, key file, token file.

FROM python:3.11-slim-bookworm AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /opt/xinno
# The pins change seldom, the code often: installed first, they stay in the cache.
COPY requirements.txt /src/
RUN /opt/xinno/bin/pip install --only-binary :all: -r /src/requirements.txt
WORKDIR /src
COPY pyproject.toml LICENSE README.md /src/
COPY locales /src/locales
COPY xinno_core /src/xinno_core
COPY handlers /src/handlers
COPY bot /src/bot
RUN /opt/xinno/bin/pip install --no-deps /src

FROM python:3.11-slim-bookworm
LABEL org.opencontainers.image.title="x-Inno assistant" \
      org.opencontainers.image.licenses="EUPL-1.2"
RUN useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin xinno \
    && install -d -o xinno -g xinno -m 0700 /data
COPY --from=build /opt/xinno /opt/xinno
ENV PATH=/opt/xinno/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    XINNO_DATABASE_URL=sqlite+aiosqlite:////data/xinno.db \
    XINNO_LOG_FORMAT=json
# By number, so that an orchestrator can see that it is not root.
USER 10001
# The key file is made where the program stands, unless a setting says otherwise.
WORKDIR /data
VOLUME ["/data"]
# Alive means that its loop turns; whether it can work is asked at /readyz and told by xinno doctor.
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "-I", "-c", "import os, urllib.request as r; r.urlopen('http://127.0.0.1:' + os.environ.get('XINNO_HTTP_PORT', '8080') + '/healthz', timeout=4)"]
ENTRYPOINT ["xinno"]
CMD ["run"]
