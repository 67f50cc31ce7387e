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
USER node
EXPOSE 9464
ENTRYPOINT ["node", "dist/src/cli.js"]
CMD ["run", "--config", "/etc/tidemark/tidemark.yaml"]
