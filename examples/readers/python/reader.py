"""Reads the access token of one connection: cached for 5 minutes, and read once more after a 401."""

import json
import time
import urllib.error
import urllib.request

import boto3

client = boto3.client("secretsmanager")
CACHE_SECONDS = 5 * 60
_cached = None


def access_token(fresh=False):
    global _cached
    if fresh or _cached is None or time.monotonic() - _cached[0] > CACHE_SECONDS:
        secret = client.get_secret_value(SecretId="token-refresher/connections/sales-mailbox")
        _cached = (time.monotonic(), json.loads(secret["SecretString"])["access_token"])
    return _cached[1]


def get(url):
    for fresh in (False, True):
        headers = {"Authorization": f"Bearer {access_token(fresh)}"}
        try:
            return urllib.request.urlopen(urllib.request.Request(url, headers=headers))
        except urllib.error.HTTPError as error:
            if error.code != 401 or fresh:
                raise
