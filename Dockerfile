# Tidemark as a container: built once with everything, run with what is needed and by nobody in particular.
FROM node:22-slim AS build
WORKDIR /build
COPY package.json package-lock.json ./
# Without scripts: the source that `prepare` would compile is not here yet.
RUN npm ci --ignore-scripts
COPY tsconfig.json tsconfig.build.json ./
COPY schemas ./schemas
COPY detectors ./detectors
COPY src ./src
COPY bench ./bench
COPY console ./console
RUN npm run build

FROM node:22-slim
ENV NODE_ENV=production
WORKDIR /opt/tidemark
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --ignore-scripts && npm cache clean --force
COPY --from=build /build/dist ./dist
COPY --from=build /build/schemas/json ./schemas/json
COPY --from=build /build/schemas/clickhouse ./schemas/clickhouse
# What a container must not lose: who may ask the API, and an embedded store. A named volume takes both over, with their owner.
RUN install -d -o node -g node -m 700 /var/lib/tidemark && install -o node -g node -m 600 /dev/null /var/lib/tidemark/tokens
USER node
EXPOSE 8088 9464
ENTRYPOINT ["node", "dist/src/cli.js"]
CMD ["run", "--config", "/etc/tidemark/tidemark.yaml"]
