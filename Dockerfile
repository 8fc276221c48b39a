# syntax=docker/dockerfile:1
# Two stages: the first installs packages, pinned by hash; the second holds what runs.
FROM python:3.12-slim-bookworm AS packages
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
COPY requirements/run.txt /tmp/run.txt
RUN python -m venv /opt/venv \
    && /opt/venv/bin/pip install --require-hashes --no-deps --only-binary :all: -r /tmp/run.txt

FROM python:3.12-slim-bookworm
# Pango and HarfBuzz set the type of PDFs; git reads repositories, by ssh too. No browser.
# Versions follow the base image, which is what gets security updates.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install -y --no-install-recommends \
        git libharfbuzz-subset0 libpango-1.0-0 libpangoft2-1.0-0 openssh-client \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --create-home --home-dir /var/lib/compel compel \
    && install -d -o compel -g compel /data
COPY --from=packages /opt/venv /opt/venv
WORKDIR /app
COPY manage.py ./
COPY compel ./compel
COPY scoring ./scoring
COPY assessments ./assessments
COPY templates ./templates
COPY static ./static
COPY fixtures ./fixtures
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    DATA_DIR=/data
# Collected once, with names that carry their content's hash; needs no real settings.
RUN python manage.py collectstatic --noinput --verbosity 0
USER 10001
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
CMD ["gunicorn", "compel.wsgi:application", "--bind=0.0.0.0:8000", "--workers=3", "--threads=4", "--timeout=120", "--worker-tmp-dir=/dev/shm", "--access-logfile=-"]
