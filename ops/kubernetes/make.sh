#!/usr/bin/env bash
# Writes the plain manifests anew from the chart with its default values. Needs Helm 3.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
{
  echo '# Made by make.sh from ../helm with its default values: change those, not this. Secrets and the image are yours; see docs/kubernetes.md.'
  helm template tidemark helm --kube-version "${KUBE_VERSION:-1.31.0}" "$@"
} > kubernetes/tidemark.yaml
