#!/usr/bin/env bash
# Sends a request with the access token of one connection. The command prints no token that is stale, and fails then.
set -euo pipefail

token="$(token-refresher token sales-mailbox)"
curl --silent --show-error --header "Authorization: Bearer $token" "$RESOURCE"
