"""What other people's clients get of `alam serve`; run by clients.sh."""

import json
import os
import pathlib
import subprocess
import sys
import urllib.request

from huggingface_hub import InferenceClient
from label_studio_sdk.label_interface import LabelInterface

ALAM, SCHEMATHESIS = sys.argv[1:]
TEXT = "😀 وصل أنطونيو غوتيريش إلى القاهرة. وقال الكرملين إن لبوتين رأيا."
TOKEN = "a-token-of-26-letters-long"
CONFIG = """<View><Labels name="ner" toName="article">
<Label value="شخص" predicted_values="PER"/><Label value="LOC"/><Label value="ORG"/></Labels>
<Text name="article" value="$body"/></View>"""


class Service:
    """`alam serve` on a port that is free."""

    def __init__(self, *args, **environment):
        command = [ALAM, "serve", "--listen", "127.0.0.1:0", "-q", *args]
        self.process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env={**os.environ, **environment})
        self.address = json.loads(self.process.stderr.readline())["page"].rstrip("/")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        assert self.process.wait(30) == 0, "it stops in good order"

    def post(self, path, body):
        request = urllib.request.Request(self.address + path, json.dumps(body).encode(), {"content-type": "application/json"})
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)


def hugging_face():
    with Service(ALAM_TOKEN=TOKEN) as service:
        client = InferenceClient(service.address, token=TOKEN)
        names = client.token_classification(TEXT)
        assert {name.entity_group for name in names} >= {"PER", "LOC"}, names
        for name in names:
            assert TEXT[name.start:name.end] == name.word and 0 < name.score <= 1, name
        fewer = client.token_classification(TEXT, aggregation_strategy="max", ignore_labels=["PER"], stride=8)
        assert fewer == [name for name in names if name.entity_group != "PER"], fewer
    print("ok huggingface_hub", len(names), "names")


def label_studio():
    with Service() as service:
        assert json.load(urllib.request.urlopen(service.address + "/health"))["status"] == "UP"
        setup = {"project": "1.1", "schema": CONFIG, "hostname": "http://localhost:8080", "access_token": "x", "extra_params": None}
        version = service.post("/setup", setup)["model_version"]
        tasks = [{"id": 1, "data": {"body": TEXT}}, {"id": 2, "data": {"body": "نص"}}]
        body = {"tasks": tasks, "project": "1.1", "label_config": CONFIG, "params": {"context": None, "login": None, "password": None}}
        results = service.post("/predict", body)["results"]
        interface = LabelInterface(CONFIG)
        for result in results:
            assert result["model_version"] == version
            errors = interface.validate_prediction(result, return_errors=True)
            assert errors == [], errors
        found = {region["value"]["labels"][0] for region in results[0]["result"]}
        assert "شخص" in found, found
        for region in results[0]["result"]:
            value = region["value"]
            assert TEXT[value["start"]:value["end"]] == value["text"]
            assert (region["from_name"], region["to_name"]) == ("ner", "article")
    print("ok label_studio_sdk", len(results[0]["result"]), "regions")


def described():
    with Service("--max-body-bytes", "100000") as service:
        checks = "not_a_server_error,status_code_conformance,content_type_conformance,response_headers_conformance,response_schema_conformance,unsupported_method"
        command = [SCHEMATHESIS, "run", f"{service.address}/openapi.json", "--checks", checks, "--max-examples", "60"]
        hooks = {"SCHEMATHESIS_HOOKS": str(pathlib.Path(__file__).with_name("media_types.py"))}
        ran = subprocess.run([*command, "--seed", "1", "--no-color"], capture_output=True, text=True, env={**os.environ, **hooks})
        print(ran.stdout[-1800:])
        assert ran.returncode == 0, ran.stdout[-8000:] + ran.stderr[-2000:]
    print("ok schemathesis")


hugging_face()
label_studio()
described()
