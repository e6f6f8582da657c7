# qa-service on CPUs. Models, data and recordings stay outside; after `models pull` it runs without a network:
#
#   docker build --target cpu -t qa-service .
#   docker run --rm -v qa-models:/models qa-service models pull whisper-base
#   docker run --rm --network none --read-only --tmpfs /tmp -v qa-models:/models -v qa-data:/data \
#     -v "$PWD/calls:/calls:ro" qa-service analyze call.wav

FROM python:3.12-slim-bookworm AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PYTHONUTF8=1
WORKDIR /src
RUN python -m venv /opt/qa-service
# What `make run` installs, from the same lock; a layer of its own, since it changes less often than the code.
COPY requirements.lock ./
RUN /opt/qa-service/bin/python -m pip install --quiet --require-hashes -r requirements.lock
COPY pyproject.toml README.md LICENSE ./
COPY models/manifest.toml models/
COPY models/weights models/weights
COPY qa_service qa_service
RUN /opt/qa-service/bin/python -m pip install --quiet --no-build-isolation --no-deps . \
    && /opt/qa-service/bin/python -m compileall -q /opt/qa-service/lib

FROM python:3.12-slim-bookworm AS cpu
RUN groupadd --gid 10001 qa \
    && useradd --uid 10001 --gid qa --home-dir /data --no-create-home --shell /usr/sbin/nologin qa \
    && install -d -o qa -g qa -m 0700 /data /models \
    && install -d /calls
COPY --from=build /opt/qa-service /opt/qa-service
ENV PATH=/opt/qa-service/bin:$PATH \
    PYTHONUTF8=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    QA_DATA_DIR=/data \
    QA_MODELS_DIR=/models
USER 10001:10001
VOLUME ["/data", "/models"]
WORKDIR /calls
ENTRYPOINT ["qa-service"]
CMD ["--help"]
