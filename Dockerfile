# Builds and runs Flotilla against a PostgreSQL of yours (DATABASE_URL): docker build -t flotilla . ; see docker-compose.yml
FROM node:20.20-bookworm-slim AS packages
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund

FROM node:20.20-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json tsconfig.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY scripts scripts
COPY src src
RUN node scripts/build.mjs

FROM node:20.20-bookworm-slim
ENV NODE_ENV=production \
    FLOTILLA_HOME=/var/lib/flotilla \
    FLOTILLA_HOST=0.0.0.0 \
    FLOTILLA_LOG_LEVEL=info \
    FLOTILLA_LOG_FORMAT=json
WORKDIR /app
COPY package.json ./
COPY bin bin
COPY migrations migrations
COPY openapi openapi
COPY scripts/healthcheck.mjs scripts/healthcheck.mjs
COPY --from=packages /app/node_modules node_modules
COPY --from=build /app/dist dist
RUN ln -s /app/bin/flotilla.js /usr/local/bin/flotilla \
 && install -d -o node -g node -m 0750 /var/lib/flotilla
USER node
VOLUME /var/lib/flotilla
EXPOSE 6443
HEALTHCHECK --interval=5s --timeout=3s --start-period=30s --retries=3 CMD ["node", "scripts/healthcheck.mjs"]
ENTRYPOINT ["flotilla"]
CMD ["serve", "--health-file", "/tmp/flotilla-alive"]
