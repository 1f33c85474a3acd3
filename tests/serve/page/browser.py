"""A headless Chromium behind chromedriver (Debian: chromium, chromium-driver), by the standard library alone."""

import base64
import json
import subprocess
import tempfile
import time
import urllib.error
import urllib.request

FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--force-color-profile=srgb",
]
# Keys as WebDriver spells them.
ENTER, DELETE, CONTROL, SHIFT, LEFT, RIGHT, HOME, END, ESCAPE = "\ue007\ue017\ue009\ue008\ue012\ue014\ue011\ue010\ue00c"
ELEMENT = "element-6066-11e4-a52e-4f735466cecf"


class Browser:
    """One window."""

    def __init__(self, downloads):
        self.driver = subprocess.Popen(["chromedriver", "--port=0"], stdout=subprocess.PIPE, text=True)
        for line in self.driver.stdout:
            if "started successfully on port" in line:
                self.root = "http://127.0.0.1:" + line.rsplit(" ", 1)[1].strip(" .\n")
                break
        self.profile = tempfile.TemporaryDirectory()
        options = {
            "args": [*FLAGS, f"--user-data-dir={self.profile.name}"],
            "prefs": {"download.default_directory": downloads},
        }
        wanted = {"goog:chromeOptions": options, "goog:loggingPrefs": {"browser": "ALL"}}
        session = self.call("POST", "/session", {"capabilities": {"alwaysMatch": wanted}})
        self.root += f"/session/{session['sessionId']}"
        self.size(1280, 900)

    def call(self, method, path, body=None):
        """What WebDriver answers."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.root + path, data, {"content-type": "application/json"}, method=method)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return json.load(answer)["value"]
        except urllib.error.HTTPError as error:
            raise AssertionError(json.load(error)["value"]["message"]) from error

    def close(self):
        self.call("DELETE", "")
        self.driver.terminate()
        self.driver.wait()

    def open(self, address):
        self.call("POST", "/url", {"url": address})

    def run(self, script, *args):
        """What a function's body returns in the page."""
        return self.call("POST", "/execute/sync", {"script": script, "args": list(args)})

    def devtools(self, command, **params):
        return self.call("POST", "/goog/cdp/execute", {"cmd": command, "params": params})

    def size(self, width, height, phone=False):
        self.devtools("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=phone)

    def dark(self, dark):
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.devtools("Emulation.setEmulatedMedia", features=[scheme])

    def find(self, selector):
        return self.call("POST", "/element", {"using": "css selector", "value": selector})[ELEMENT]

    def click(self, selector):
        self.call("POST", f"/element/{self.find(selector)}/click", {})

    def type(self, selector, keys):
        self.call("POST", f"/element/{self.find(selector)}/value", {"text": keys})

    def press(self, *keys):
        """Keys held together, where the focus is."""
        down = [{"type": "keyDown", "value": key} for key in keys]
        up = [{"type": "keyUp", "value": key} for key in reversed(keys)]
        self.call("POST", "/actions", {"actions": [{"type": "key", "id": "keys", "actions": down + up}]})

    def drag(self, begin, end):
        """From one point of the window to another with the button down."""
        (x, y), (to_x, to_y) = begin, end
        move = lambda x, y: {"type": "pointerMove", "x": round(x), "y": round(y), "duration": 60}
        steps = [move(x, y), {"type": "pointerDown", "button": 0}, move((x + to_x) / 2, (y + to_y) / 2), move(to_x, to_y)]
        steps.append({"type": "pointerUp", "button": 0})
        self.call("POST", "/actions", {"actions": [{"type": "pointer", "id": "mouse", "actions": steps}]})

    def wait(self, script, *args, seconds=15):
        """Until a function's body returns something true, and that."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            found = self.run(script, *args)
            if found:
                return found
            time.sleep(0.03)
        raise AssertionError(f"it never came: {script} {args}; {self.run('return document.body.innerText')[:600]}")

    def errors(self):
        """What the console says that is wrong."""
        log = self.call("POST", "/se/log", {"type": "browser"})
        return [line["message"] for line in log if line["level"] in ("SEVERE", "WARNING")]

    def picture(self, path):
        with open(path, "wb") as file:
            file.write(base64.b64decode(self.call("GET", "/screenshot")))
