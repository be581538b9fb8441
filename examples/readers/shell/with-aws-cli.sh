#!/usr/bin/env bash
# Prints the access token of one connection.
set -euo pipefail

aws secretsmanager get-secret-value --secret-id token-refresher/connections/sales-mailbox \
  --query SecretString --output text | jq --raw-output .access_token
