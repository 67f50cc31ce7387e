"""Writes each StandardLoggingPayload as a line, like the proxy's own loggers to S3, GCS or an HTTP endpoint do."""

import json
import os

from litellm.integrations.custom_logger import CustomLogger


class NdjsonLogger(CustomLogger):
    def _write(self, kwargs):
        payload = kwargs.get("standard_logging_object")
        if payload is not None:
            with open(os.environ["TIDEMARK_LITELLM_LOG"], "a", encoding="utf-8") as log:
                log.write(json.dumps(payload, default=str) + "\n")

    async def async_log_success_event(self, kwargs, response_obj, start_time, end_time):
        self._write(kwargs)

    async def async_log_failure_event(self, kwargs, response_obj, start_time, end_time):
        self._write(kwargs)


logger = NdjsonLogger()
