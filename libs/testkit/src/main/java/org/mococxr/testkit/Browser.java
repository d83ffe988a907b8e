package org.mococxr.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.mococxr.foundation.Json;

/**
 * A headless Chromium, driven over its DevTools protocol: enough to look at a page and to use it.
 */
public final class Browser implements AutoCloseable {
  /** Longer than anything takes on a machine that is slow and busy. */
  private static final long SECONDS = 180;

  private final Process process;
  private final WebSocket socket;
  private final AtomicInteger ids = new AtomicInteger();
  private final Map<Integer, CompletableFuture<JsonNode>> answers = new ConcurrentHashMap<>();
  private final List<String> complaints = Collections.synchronizedList(new ArrayList<>());
  private volatile CompletableFuture<Void> loaded = new CompletableFuture<>();

  /** Whether the page that was asked for has come; the empty one of the start may load late. */
  private volatile boolean arrived;

  private final List<String> requests = Collections.synchronizedList(new ArrayList<>());

  /**
   * Starts the Chromium of this machine; a test that has none is skipped.
   *
   * @param folder an empty one of its own
   */
  public static Browser start(Path folder) throws Exception {
    Path program =
        Needs.tool("chromium", "chromium-browser", "google-chrome", "google-chrome-stable");
    return new Browser(program, Files.createDirectories(folder.resolve("profile")));
  }

  private Browser(Path program, Path profile) throws Exception {
    process =
        new ProcessBuilder(
                program.toString(),
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--hide-scrollbars",
                "--no-first-run",
                "--remote-debugging-port=0",
                "--user-data-dir=" + profile,
                "about:blank")
            .redirectErrorStream(true)
            .redirectOutput(profile.resolveSibling("browser.log").toFile())
            .start();
    try {
      String port = port(profile.resolve("DevToolsActivePort"));
      HttpClient http = HttpClient.newHttpClient();
      socket =
          http.newWebSocketBuilder()
              .buildAsync(URI.create("ws://127.0.0.1:" + port + page(http, port)), new Listener())
              .get(SECONDS, TimeUnit.SECONDS);
    } catch (Exception e) {
      ProcessTree.destroy(process);
      throw e;
    }
    for (String domain : List.of("Page", "Runtime", "Log", "Network", "DOM")) {
      call(domain + ".enable", Map.of());
    }
  }

  /** Opens a page in a window of this size, with light or dark colours preferred. */
  public void open(URI page, int width, int height, boolean dark) throws Exception {
    call(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", false));
    call(
        "Emulation.setEmulatedMedia",
        Map.of(
            "features",
            List.of(Map.of("name", "prefers-color-scheme", "value", dark ? "dark" : "light"))));
    arrived = false;
    loaded = new CompletableFuture<>();
    call("Page.navigate", Map.of("url", page.toString()));
    loaded.get(SECONDS, TimeUnit.SECONDS);
  }

  /** The value of a JavaScript expression, a promise's included. */
  public JsonNode evaluate(String script) throws Exception {
    JsonNode answer =
        call(
            "Runtime.evaluate",
            Map.of("expression", script, "returnByValue", true, "awaitPromise", true));
    if (answer.has("exceptionDetails")) {
      throw new AssertionError(answer.get("exceptionDetails").toString());
    }
    return answer.path("result").path("value");
  }

  /** Waits until a JavaScript expression is true. */
  public void await(String condition) throws Exception {
    for (int tenths = 0; tenths < 10 * SECONDS; tenths++) {
      if (evaluate("Boolean(" + condition + ")").asBoolean()) {
        return;
      }
      Thread.sleep(100);
    }
    throw new AssertionError("still not: " + condition + "; " + complaints);
  }

  /** Drops a file on the middle of the element that a CSS selector names. */
  public void drop(String selector, Path file) throws Exception {
    JsonNode place =
        evaluate(
            "(e => { e.scrollIntoView({block: 'center'}); const b = e.getBoundingClientRect();"
                + " return {x: b.x + b.width / 2, y: b.y + b.height / 2}; })"
                + "(document.querySelector('"
                + selector
                + "'))");
    Map<String, ?> data =
        Map.of("items", List.of(), "files", List.of(file.toString()), "dragOperationsMask", 1);
    for (String type : List.of("dragEnter", "dragOver", "drop")) {
      double x = place.get("x").asDouble();
      double y = place.get("y").asDouble();
      call("Input.dispatchDragEvent", Map.of("type", type, "x", x, "y", y, "data", data));
    }
  }

  /**
   * Presses a key.
   *
   * @param key by its name in the DOM: {@code Tab}, {@code Enter}, {@code ArrowRight}
   * @param code of Windows' virtual keys: 9, 13, 39
   */
  public void press(String key, int code) throws Exception {
    Map<String, Object> event = new HashMap<>(Map.of("key", key, "code", key));
    event.put("windowsVirtualKeyCode", code);
    if (key.equals("Enter")) {
      event.put("text", "\r");
    }
    event.put("type", event.containsKey("text") ? "keyDown" : "rawKeyDown");
    call("Input.dispatchKeyEvent", event);
    event.put("type", "keyUp");
    event.remove("text");
    call("Input.dispatchKeyEvent", event);
  }

  /** Addresses of all that the pages asked for since the start. */
  public List<String> requests() {
    return List.copyOf(requests);
  }

  /** A picture of the top of the page, or of all of it. */
  public byte[] screenshot(boolean whole) throws Exception {
    JsonNode answer =
        call("Page.captureScreenshot", Map.of("format", "png", "captureBeyondViewport", whole));
    return Base64.getDecoder().decode(answer.get("data").asText());
  }

  /** Errors and warnings on the console since the start. */
  public List<String> complaints() {
    return List.copyOf(complaints);
  }

  @Override
  public void close() throws Exception {
    // Asked, not killed, so that it clears its profile of links and locks.
    socket.sendText("{\"id\":0,\"method\":\"Browser.close\"}", true);
    if (!ProcessTree.endsWithin(Duration.ofSeconds(60), process)) {
      process.waitFor();
    }
    socket.abort();
  }

  private JsonNode call(String method, Map<String, ?> parameters) throws Exception {
    int id = ids.incrementAndGet();
    CompletableFuture<JsonNode> answer = new CompletableFuture<>();
    answers.put(id, answer);
    ObjectNode message = Json.MAPPER.createObjectNode().put("id", id).put("method", method);
    message.set("params", Json.MAPPER.valueToTree(parameters));
    socket.sendText(message.toString(), true).get(SECONDS, TimeUnit.SECONDS);
    return answer.get(SECONDS, TimeUnit.SECONDS);
  }

  private String port(Path file) throws Exception {
    for (int tenths = 0; tenths < 10 * SECONDS; tenths++) {
      if (Files.exists(file)) {
        List<String> lines = Files.readAllLines(file);
        if (lines.size() > 1) { // else it is still being written
          return lines.get(0);
        }
      }
      if (!process.isAlive()) {
        throw new IOException("the browser ended with code " + process.exitValue());
      }
      Thread.sleep(100);
    }
    throw new IOException("the browser opened no port");
  }

  private static String page(HttpClient http, String port) throws Exception {
    var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/json/list"));
    String text = "";
    for (int tenths = 0; tenths < 10 * SECONDS; tenths++) {
      text = http.send(request.build(), HttpResponse.BodyHandlers.ofString()).body();
      for (JsonNode target : Json.MAPPER.readTree(text)) {
        if (target.path("type").asText().equals("page")) {
          return URI.create(target.get("webSocketDebuggerUrl").asText()).getPath();
        }
      }
      Thread.sleep(100); // the port is open a little earlier than the page
    }
    throw new IOException("the browser has no page: " + text);
  }

  private final class Listener implements WebSocket.Listener {
    private final StringBuilder text = new StringBuilder();

    @Override
    public CompletionStage<?> onText(WebSocket from, CharSequence part, boolean last) {
      text.append(part);
      if (last) {
        try {
          hear(Json.MAPPER.readTree(text.toString()));
        } catch (IOException e) {
          complaints.add(e.toString());
        }
        text.setLength(0);
      }
      from.request(1);
      return null;
    }

    private void hear(JsonNode message) {
      JsonNode parameters = message.path("params");
      switch (message.path("method").asText()) {
        case "Network.requestWillBeSent" ->
            requests.add(parameters.path("request").path("url").asText());
        case "Page.frameNavigated" -> {
          JsonNode frame = parameters.path("frame");
          arrived |= !frame.has("parentId") && !frame.path("url").asText().equals("about:blank");
        }
        case "Page.loadEventFired" -> {
          if (arrived) {
            loaded.complete(null);
          }
        }
        case "Runtime.exceptionThrown" -> complaints.add(parameters.toString());
        case "Runtime.consoleAPICalled" -> {
          if (List.of("error", "warning", "assert").contains(parameters.path("type").asText())) {
            complaints.add(parameters.toString());
          }
        }
        case "Log.entryAdded" -> {
          String level = parameters.path("entry").path("level").asText();
          if (level.equals("error") || level.equals("warning")) {
            complaints.add(parameters.toString());
          }
        }
        default -> {
          CompletableFuture<JsonNode> answer = answers.remove(message.path("id").asInt());
          if (answer != null && message.has("error")) {
            answer.completeExceptionally(new AssertionError(message.get("error").toString()));
          } else if (answer != null) {
            answer.complete(message.get("result"));
          }
        }
      }
    }
  }
}
