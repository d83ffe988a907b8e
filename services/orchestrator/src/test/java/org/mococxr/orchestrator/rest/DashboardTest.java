package org.mococxr.orchestrator.rest;

import static io.restassured.RestAssured.when;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mococxr.orchestrator.testing.Surroundings;
import org.mococxr.testkit.Browser;

/** The dashboard in a real browser, with a real broker and real processes. */
@Tag("slow")
@QuarkusTest
@QuarkusTestResource(Surroundings.class)
class DashboardTest {
  private static final Duration PATIENCE = Duration.ofSeconds(120);

  @TempDir Path folder;
  @TestHTTPResource URI self;

  @Test
  void anExperimentIsSubmittedByTheFormWatchedCancelledRetriedAndRead() throws Exception {
    await().atMost(PATIENCE).until(() -> when().get("/q/health/ready").statusCode() == 200);
    try (Browser browser = Browser.start(folder)) {
      browser.open(self, 1300, 900, false);
      click(browser, "#new");
      until(browser, "document.querySelector('#form[open]') !== null");
      choose(browser, "paper-chexpert-effusion");
      until(
          browser, "document.querySelector('#form [name=\"architecture\"]').value === 'resnet18'");
      until(
          browser,
          "document.querySelector('#about-preset').textContent.startsWith(\"The paper's protocol\")");
      choose(browser, "");
      until(browser, "document.querySelector('#form [name=\"architecture\"]').value === ''");
      // What is wrong is said in the form, which stays.
      fill(browser, "name", "by-form");
      fill(browser, "data.root", "/data");
      fill(browser, "tasks", "nothing");
      fill(browser, "initialisations", "random");
      fill(browser, "modes", "liner");
      click(browser, "#submit");
      until(browser, "document.querySelector('#form [role=alert]').textContent.includes('modes')");
      fill(browser, "modes", "linear");
      fill(browser, "split.seed", "3");
      fill(browser, "suspend", "true");
      click(browser, "#submit");
      until(browser, "document.querySelector('#form') === null");
      // The stream tells the page what has changed.
      until(browser, "document.querySelector('#detail h2')?.textContent === 'by-form'");
      until(browser, "document.querySelector('#status')?.textContent === 'paused'");
      until(browser, "document.querySelectorAll('.graph .node.WAITING').length >= 5");

      click(browser, "#cancel");
      click(browser, "#yes");
      until(browser, "document.querySelector('#status')?.textContent === 'cancelled'");
      click(browser, "#retry");
      // The log of a run at work goes on by itself.
      until(browser, "document.querySelector('[data-run=\"audit\"].RUNNING') !== null");
      press(browser, "[data-run=\"audit\"]");
      until(browser, "document.querySelector('#run pre')?.textContent.includes('step 1')");
      until(browser, "document.querySelector('#run pre')?.textContent.includes('step 4')");
      until(browser, "document.querySelector('#status')?.textContent === 'completed'");
      until(
          browser,
          "document.querySelectorAll('.graph .node').length"
              + " === document.querySelectorAll('.graph .node.DONE').length");
      press(browser, "[data-run=\"embed-random\"]");
      until(browser, "document.querySelector('#run h2')?.textContent.startsWith('embed-random')");
      // Labels against AUROC: a dot for each of the two draws, joined.
      until(browser, "document.querySelectorAll('.efficiency circle').length === 2");
      until(
          browser,
          "document.querySelector('.efficiency [data-series=\"random linear\"] title')"
              + ".textContent.endsWith('0.710')");
      for (String run : List.of("0.1-it0", "1-it0")) {
        click(browser, "[id=\"compare-finetune-random-linear-%s\"]".formatted(run));
      }
      until(browser, "document.querySelector('#run h2')?.textContent === 'Comparison of 2 runs'");
      until(browser, "document.querySelectorAll('#run .legend span').length === 2");
      until(browser, "document.querySelectorAll('#run .curves polyline').length === 2");
      click(browser, "#history");
      until(browser, "document.querySelector('#run pre')?.textContent.includes('retried')");
      assertEquals(
          "3", when().get("/api/experiments/by-form/spec").jsonPath().getString("split.seed"));

      browser.evaluate("document.querySelector('#filter').value = 'no such'; 0");
      browser.evaluate("document.querySelector('#filter').dispatchEvent(new Event('input')); 0");
      until(browser, "document.querySelectorAll('#experiments li').length === 0");
      browser.open(self, 400, 800, true);
      until(browser, "document.querySelector('#status')?.textContent === 'completed'");
      assertTrue(
          browser.evaluate("document.documentElement.scrollWidth <= window.innerWidth").asBoolean(),
          "the page is wider than a phone");
      if (Boolean.getBoolean("mococxr.write-docs")) {
        browser.open(self, 1300, 900, false);
        until(browser, "document.querySelector('#status')?.textContent === 'completed'");
        Files.write(Path.of("../../docs/images/dashboard.png"), browser.screenshot(false));
      }
      // The form's refusal is an answer that the browser tells of on its console.
      assertEquals(
          List.of(),
          browser.complaints().stream().filter(c -> !c.contains("400 (Bad Request)")).toList());
    }
  }

  private static void click(Browser browser, String selector) throws Exception {
    until(browser, "document.querySelector('" + selector + "') !== null");
    browser.evaluate("document.querySelector('" + selector + "').click(); 0");
  }

  private static void choose(Browser browser, String preset) throws Exception {
    browser.evaluate("document.querySelector('#preset').value = '" + preset + "'; 0");
    browser.evaluate("document.querySelector('#preset').dispatchEvent(new Event('change')); 0");
  }

  /** By keyboard. */
  private static void press(Browser browser, String selector) throws Exception {
    browser.evaluate(
        "document.querySelector('%s').dispatchEvent(new KeyboardEvent('keydown', {key: 'Enter'})); 0"
            .formatted(selector));
  }

  private static void fill(Browser browser, String name, String value) throws Exception {
    browser.evaluate(
        "document.querySelector('#form [name=\"%s\"]').value = '%s'; 0".formatted(name, value));
  }

  private static void until(Browser browser, String condition) {
    await(condition)
        .atMost(PATIENCE)
        .ignoreExceptions()
        .until(() -> browser.evaluate(condition).asBoolean());
  }
}
