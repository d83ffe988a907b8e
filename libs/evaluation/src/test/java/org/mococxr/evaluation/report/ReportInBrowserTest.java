package org.mococxr.evaluation.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayInputStream;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mococxr.testkit.Browser;

/**
 * Looks at the sample report in a headless Chromium; under CI it must be there. The system property
 * {@code mococxr.screenshot} names a PNG to keep the docs' first picture in; the second lies beside
 * it.
 */
@Tag("slow")
class ReportInBrowserTest {
  @TempDir static Path folder;
  private static Browser browser;
  private static Path page;

  @BeforeAll
  static void start() throws Exception {
    page = ReportFiles.write(SampleReport.make(folder.resolve("runs")), folder);
    browser = Browser.start(folder.resolve("browser"));
  }

  @AfterAll
  static void stop() throws Exception {
    if (browser != null) {
      browser.close();
    }
  }

  @Test
  void everyChartHasMarksThatCanBeSeen() throws Exception {
    for (boolean dark : List.of(false, true)) {
      browser.open(page.toUri(), 1100, 900, dark);
      JsonNode charts =
          browser.evaluate(
              """
              [...document.querySelectorAll("svg.chart")].map(svg => ({
                id: svg.id,
                panels: [...svg.querySelectorAll(".panel")].map(panel => {
                  const marks = [...panel.querySelectorAll(".series path")];
                  const paper = getComputedStyle(svg.querySelector(".paper")).fill;
                  return marks.filter(mark => {
                    const box = mark.getBBox(), style = getComputedStyle(mark);
                    const colour = style.fill === "none" ? style.stroke : style.fill;
                    return box.width + box.height > 2 && (colour !== paper || style.stroke !== paper);
                  }).length;
                })
              }))\
              """);
      assertEquals(5, charts.size());
      for (JsonNode chart : charts) {
        for (JsonNode marks : chart.get("panels")) {
          assertTrue(marks.asInt() > 0, "a panel without marks: " + chart);
        }
      }
    }
    assertEquals(List.of(), browser.complaints());
  }

  @Test
  void everyPictureIsLoadedAndEveryEmbeddedImageAndPublishedNumberIsAMarkOnTheScreen()
      throws Exception {
    browser.open(page.toUri(), 1100, 900, true);
    assertEquals(
        "[8,8]",
        browser
            .evaluate(
                """
                (pictures => [pictures.length, pictures.filter(p => p.naturalWidth > 0).length])(
                  [...document.querySelectorAll("#samples img")])\
                """)
            .toString());
    assertEquals(
        240,
        browser.evaluate("document.querySelectorAll('#embedding .series .mark').length").asInt());
    assertEquals(
        12, browser.evaluate("document.querySelectorAll('#labels .mark.hollow').length").asInt());
    assertEquals(
        3, browser.evaluate("document.querySelectorAll('#model .series .hollow').length").asInt());
  }

  @Test
  void theExperimentUnfolds() throws Exception {
    browser.open(page.toUri(), 1100, 900, false);
    assertTrue(
        browser
            .evaluate(
                """
                (details => { details.open = true; return details.querySelector("pre").innerText })(
                  document.querySelector("#experiment-yaml"))\
                """)
            .asText()
            .startsWith("name: sample"));
  }

  @Test
  void coloursFollowTheReadersPreference() throws Exception {
    assertTrue(brightness(false) > 200);
    assertTrue(brightness(true) < 60);
  }

  @Test
  void noTextOfAChartIsCutOffAndThePageDoesNotScrollSideways() throws Exception {
    browser.open(page.toUri(), 1100, 900, false);
    JsonNode cut =
        browser.evaluate(
            """
            [...document.querySelectorAll("svg.chart")].flatMap(svg => {
              const frame = svg.getBoundingClientRect();
              return [...svg.querySelectorAll("text")].filter(text => {
                const box = text.getBoundingClientRect();
                return box.left < frame.left - 1 || box.right > frame.right + 1
                  || box.top < frame.top - 1 || box.bottom > frame.bottom + 1;
              }).map(text => svg.id + ": " + text.textContent);
            })\
            """);
    assertEquals("[]", cut.toString());
    for (int width : new int[] {1100, 390}) {
      browser.open(page.toUri(), width, 900, false);
      int across = browser.evaluate("document.documentElement.scrollWidth").asInt();
      assertTrue(across <= width, "the page is %d wide in %d".formatted(across, width));
    }
  }

  @Test
  void aFigureCanBeSavedAsSvgAndPng() throws Exception {
    browser.open(page.toUri(), 1100, 900, false);
    JsonNode saved =
        browser.evaluate(
            """
            new Promise(resolve => {
              const files = [];
              HTMLAnchorElement.prototype.click = function () {
                files.push({ name: this.download, start: this.href.slice(0, 40), text: this.href });
                if (files.length === 2) resolve(files);
              };
              document.querySelectorAll("#labels .save button").forEach(button => button.click());
            })\
            """);
    assertEquals("label-efficiency-0.svg", saved.get(0).get("name").asText());
    String svg =
        URLDecoder.decode(
            saved.get(0).get("text").asText().replace("+", "%2B"), StandardCharsets.UTF_8);
    assertTrue(svg.contains("stroke=\"rgb(0, 114, 178)\""), "colours are written into the file");
    assertFalse(svg.contains("class="));
    assertEquals("label-efficiency-0.png", saved.get(1).get("name").asText());
    assertTrue(saved.get(1).get("start").asText().startsWith("data:image/png;base64,"));
    assertEquals(List.of(), browser.complaints());
  }

  @Test
  void theDocsPicturesAreTaken() throws Exception {
    browser.open(page.toUri(), 1100, 1500, false);
    keep(browser.screenshot(false), "");
    browser.evaluate("(document.querySelector('#samples').scrollIntoView(), 0)");
    keep(browser.screenshot(false), "-images");
  }

  /** Keeps a picture where the system property says, with this behind its name. */
  private static void keep(byte[] picture, String suffix) throws Exception {
    assertEquals(1100, ImageIO.read(new ByteArrayInputStream(picture)).getWidth());
    String keep = System.getProperty("mococxr.screenshot", "");
    if (!keep.isEmpty()) {
      Path file = Path.of(keep.replaceFirst("\\.png$", suffix + ".png")).toAbsolutePath();
      Files.createDirectories(file.getParent());
      Files.write(file, picture);
    }
  }

  private static double brightness(boolean dark) throws Exception {
    browser.open(page.toUri(), 1100, 900, dark);
    var picture = ImageIO.read(new ByteArrayInputStream(browser.screenshot(false)));
    double sum = 0;
    for (int y = 0; y < picture.getHeight(); y++) {
      for (int x = 0; x < picture.getWidth(); x++) {
        sum += picture.getRGB(x, y) >> 8 & 255;
      }
    }
    return sum / picture.getHeight() / picture.getWidth();
  }
}
