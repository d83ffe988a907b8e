package org.mococxr.inference.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mococxr.inference.bundle.BundleLoader;
import org.mococxr.inference.model.ModelRepository;
import org.mococxr.inference.testing.Bundle;
import org.mococxr.inference.testing.TinyNetwork;
import org.mococxr.inference.testing.WithoutKafka;
import org.mococxr.testkit.Browser;
import org.mococxr.testkit.Pictures;

/**
 * Uses the page as people do, in a headless Chromium; under CI it must be there. The system
 * property {@code mococxr.screenshot} names a PNG to keep the docs' picture in, {@code
 * mococxr.screenshot.bundle} the folder of the bundle and {@code mococxr.screenshot.xray} the X-ray
 * that it shows.
 */
@Tag("slow")
@QuarkusTest
@TestProfile(WithoutKafka.class)
class PageInBrowserTest {
  private static final int SIZE = 64;

  /** Bright pictures and dark ones. */
  private static final TinyNetwork NETWORK =
      new TinyNetwork(SIZE, new float[] {8, -8}, new float[] {-4, 4});

  @TempDir Path folder;

  @TestHTTPResource URI address;

  @Inject ModelRepository models;
  @Inject BundleLoader loader;

  private Browser browser;

  @BeforeEach
  void start() throws Exception {
    browser = Browser.start(folder.resolve("browser"));
    byte[] png = Pictures.of(SIZE, SIZE, "png", (x, y) -> x < SIZE / 2 ? 140 : 220);
    Bundle bundle =
        Bundle.write(folder.resolve("m"), "m", "1", NETWORK, json -> describe(json, png));
    loader.load(bundle.uri(), Optional.empty(), models::serve);
  }

  private static void describe(ObjectNode json, byte[] png) {
    json.putArray("tasks").add("Brightness").add("Darkness");
    json.putObject("metrics")
        .putObject("Brightness")
        .putObject("auroc")
        .put("value", 0.91)
        .put("lower", 0.88)
        .put("upper", 0.94);
    json.putObject("selfTest")
        .put("image", Base64.getEncoder().encodeToString(png))
        .put("tolerance", 1e-4)
        .putArray("probabilities")
        .add(NETWORK.probability(0, 180))
        .add(NETWORK.probability(1, 180));
  }

  @AfterEach
  void stop() throws Exception {
    models.withdraw("m");
    if (browser != null) {
      browser.close();
    }
  }

  @Test
  void aDroppedPictureIsAnsweredWithFindingsEvidenceAndTheModelsCard() throws Exception {
    open(1100);
    Path xray = folder.resolve("xray.png");
    Files.write(xray, Pictures.of(90, 90, "png", (x, y) -> 60 + x));
    browser.drop("#drop", xray);
    answered("xray.png");
    double bright = probability("Brightness");
    assertEquals(NETWORK.probability(0, 104.5), bright, 0.02);
    assertEquals(1 - bright, probability("Darkness"), 0.02);
    assertTrue(text("#findings").contains("0.91 (0.88 to 0.94)"), text("#findings"));
    assertTrue(text("#facts").contains("Brightness, Darkness"), text("#facts"));
    assertTrue(text("body").contains("Research use only"));
    // Both layers are pictures that are loaded, of the same size on the screen.
    assertTrue(
        browser
            .evaluate(
                """
                ["view", "heat"].every(id => document.getElementById(id).naturalWidth > 0)
                && document.getElementById("view").width === document.getElementById("heat").width\
                """)
            .asBoolean());
    // The probability that is larger is chosen; a click chooses the other.
    String strongest = bright > 0.5 ? "Brightness" : "Darkness";
    String other = bright > 0.5 ? "Darkness" : "Brightness";
    assertEquals("Where the network sees evidence for " + strongest, heatMapOf());
    browser.evaluate(
        "[...document.querySelectorAll('#findings button')].find(b => b.textContent === '%s').click()"
            .formatted(other));
    assertEquals("Where the network sees evidence for " + other, heatMapOf());
    nothingIsWrong();
  }

  @Test
  void thePageWorksByKeyboardAndTheSlidersChangeThePicture() throws Exception {
    open(1100);
    tabTo("sample");
    browser.press("Enter", 13);
    answered("test picture.png");
    tabTo("opacity");
    String before = style("heat", "opacity");
    browser.press("ArrowRight", 39);
    assertTrue(
        Double.parseDouble(style("heat", "opacity")) > Double.parseDouble(before),
        before + " before");
    tabTo("contrast");
    browser.press("ArrowRight", 39);
    assertEquals("brightness(1) contrast(1.01)", style("view", "filter"));
    tabTo("zoom");
    String width = style("view", "width");
    browser.press("ArrowRight", 39);
    assertTrue(pixels(style("view", "width")) > pixels(width), width + " before");
    assertEquals(style("view", "width"), style("heat", "width"));
    nothingIsWrong();
  }

  @Test
  void aPhoneShowsAllOfItWithoutScrollingSideways() throws Exception {
    open(360);
    browser.evaluate("document.getElementById('sample').click()");
    answered("test picture.png");
    int wide = browser.evaluate("document.documentElement.scrollWidth").asInt();
    assertTrue(wide <= 360, wide + " pixels");
    nothingIsWrong();
  }

  @Test
  void aFileThatIsNoPictureIsToldInWords() throws Exception {
    open(1100);
    Path text = folder.resolve("notes.png");
    Files.writeString(text, "no picture");
    browser.drop("#drop", text);
    browser.await("document.getElementById('status').textContent.includes('notes.png: ')");
    String status = text("#status");
    assertFalse(status.contains("answered"), status);
    // The browser itself notes the status 400; the script has no error.
    assertEquals(1, browser.complaints().size(), browser.complaints().toString());
  }

  @Test
  void aPictureForTheDocs() throws Exception {
    String keep = System.getProperty("mococxr.screenshot", "");
    Assumptions.assumeFalse(keep.isEmpty(), "on request: with mococxr.screenshot");
    models.withdraw("m");
    URI bundle = Path.of(System.getProperty("mococxr.screenshot.bundle")).toUri();
    loader.load(bundle, Optional.empty(), models::serve);
    browser.open(address, 1100, 900, false);
    browser.await("document.querySelectorAll('#facts dt').length > 0");
    Path xray = Path.of(System.getProperty("mococxr.screenshot.xray")).toAbsolutePath();
    browser.drop("#drop", xray);
    answered(xray.getFileName().toString());
    Files.write(Path.of(keep), browser.screenshot(true));
    models.served().forEach(model -> models.withdraw(model.description().name()));
  }

  private void open(int width) throws Exception {
    browser.open(address, width, 900, false);
    browser.await("document.querySelectorAll('#facts dt').length > 0");
  }

  private void answered(String file) throws Exception {
    browser.await(
        "document.getElementById('status').textContent === '%s: answered.'".formatted(file));
  }

  private double probability(String finding) throws Exception {
    String script =
        "[...document.querySelectorAll('#findings tbody tr')]"
            + ".find(row => row.textContent.includes('%s')).querySelector('meter').value";
    return browser.evaluate(script.formatted(finding)).asDouble();
  }

  private String heatMapOf() throws Exception {
    return browser.evaluate("document.getElementById('heat').alt").asText();
  }

  private String text(String selector) throws Exception {
    return browser.evaluate("document.querySelector('%s').innerText".formatted(selector)).asText();
  }

  private String style(String id, String property) throws Exception {
    String script = "getComputedStyle(document.getElementById('%s')).%s";
    return browser.evaluate(script.formatted(id, property)).asText();
  }

  private static double pixels(String length) {
    return Double.parseDouble(length.replace("px", ""));
  }

  private void tabTo(String id) throws Exception {
    for (int i = 0; i < 30; i++) {
      if (browser.evaluate("document.activeElement.id").asText().equals(id)) {
        return;
      }
      browser.press("Tab", 9);
    }
    throw new AssertionError(id + " cannot be reached by Tab");
  }

  /** No table is cut off, no error is on the console, and nothing comes from elsewhere. */
  private void nothingIsWrong() throws Exception {
    String cutOff =
        "[...document.querySelectorAll('section')].filter(s => s.scrollWidth > s.clientWidth)"
            + ".map(s => s.innerText).join()";
    assertEquals("", browser.evaluate(cutOff).asText());
    assertEquals(List.of(), browser.complaints());
    for (String request : browser.requests()) {
      boolean own = request.startsWith(address.toString()) || request.startsWith("data:");
      assertTrue(own || request.startsWith("blob:"), request);
    }
  }
}
