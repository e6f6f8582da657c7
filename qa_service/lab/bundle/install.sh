#!/bin/sh
# Installs qa-service from the files beside this one; the network is not asked for anything.
#
#   sh install.sh FOLDER [WHEELS]      FOLDER: where to (an environment of its own; not there yet)
#
# 把 qa-service 装进 FOLDER，不访问网络。PYTHON 选择解释器；模型放进 QA_MODELS_DIR。
set -eu

to=${1:?用法 Usage: sh install.sh FOLDER}
here=$(cd "$(dirname "$0")" && pwd)
wheels=${2:-$here/wheels}
python=${PYTHON:-python3}

if [ -f "$here/SHA256SUMS" ]; then
  (cd "$here" && sha256sum --check --quiet --strict SHA256SUMS)
fi
if [ -f "$here/made-for" ]; then
  has=$("$python" -c 'import platform, sys; print(sys.implementation.cache_tag, platform.system(), platform.machine())')
  wants=$(cat "$here/made-for")
  [ "$has" = "$wants" ] || { echo "这个包适用于 $wants，这里是 $has。Made for $wants, here is $has." >&2; exit 1; }
fi
# An environment that is there already keeps its interpreter; a second try goes on where the first broke off.
[ -x "$to/bin/python" ] || "$python" -m venv "$to"
"$to/bin/python" -m pip install --quiet --disable-pip-version-check --no-cache-dir --no-index \
  --find-links "$wheels" --require-hashes --no-deps -r "$wheels/wheels.lock"
"$to/bin/python" -m compileall -q "$to/lib"

models=${QA_MODELS_DIR:-${QA_DATA_DIR:-${HOME:?}/.local/share/qa-service}/models}
for model in "$here"/models/*; do
  [ -d "$model" ] || continue
  mkdir -p "$models"
  [ -e "$models/${model##*/}" ] || cp -R "$model" "$models/"
done
"$to/bin/qa-service" --version
