# qa-service as an image: `cpu`, or `gpu` with NVIDIA's libraries. Models, data and recordings stay outside.
#
#   docker build --target cpu -t qa-service .
#   docker run --rm -v qa-models:/models qa-service models pull whisper-base
#   docker run --rm --network none --read-only --tmpfs /tmp -v qa-models:/models -v qa-data:/data \
#     -v "$PWD/calls:/calls:ro" qa-service analyze call.wav
#
# The service, with a database and several workers: docs/compose.yaml. Every step that installs something is a
# target of the Makefile, and runs in `make test` too.

FROM python:3.12-slim-bookworm AS build
ENV PIP_NO_CACHE_DIR=1 PYTHONUTF8=1
WORKDIR /src
RUN apt-get update && apt-get install -y --no-install-recommends make && rm -rf /var/lib/apt/lists/*
# The lock changes less often than the code: a layer of its own.
COPY Makefile requirements.lock ./
RUN make wheels
COPY pyproject.toml README.md LICENSE ./
COPY models/manifest.toml models/
COPY models/weights models/weights
COPY qa_service qa_service
RUN make VENV=/opt/qa-service image

FROM build AS build-gpu
COPY requirements-gpu.lock ./
RUN make VENV=/opt/qa-service image-gpu

FROM python:3.12-slim-bookworm AS runtime
RUN groupadd --gid 10001 qa \
    && useradd --uid 10001 --gid qa --home-dir /data --no-create-home --shell /usr/sbin/nologin qa \
    && install -d -o qa -g qa -m 0700 /data /models /keys \
    && install -d /calls
ENV PATH=/opt/qa-service/bin:$PATH \
    PYTHONUTF8=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    QA_DATA_DIR=/data \
    QA_MODELS_DIR=/models \
    QA_MASTER_KEY_FILE=/keys/master.key \
    QA_CUSTOMER_KEY_FILE=/keys/customer.key
USER 10001:10001
VOLUME ["/data", "/models", "/keys"]
EXPOSE 8080
WORKDIR /calls
ENTRYPOINT ["qa-service"]
CMD ["--help"]

FROM runtime AS cpu
COPY --from=build /opt/qa-service /opt/qa-service
USER 10001:10001

FROM runtime AS gpu
COPY --from=build-gpu /opt/qa-service /opt/qa-service
ENV QA_DEVICE=cuda \
    NVIDIA_VISIBLE_DEVICES=all \
    NVIDIA_DRIVER_CAPABILITIES=compute,utility \
    LD_LIBRARY_PATH=/opt/qa-service/lib/python3.12/site-packages/nvidia/cublas/lib:/opt/qa-service/lib/python3.12/site-packages/nvidia/cudnn/lib:/opt/qa-service/lib/python3.12/site-packages/nvidia/cuda_nvrtc/lib
USER 10001:10001
