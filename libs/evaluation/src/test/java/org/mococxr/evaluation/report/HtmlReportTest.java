package org.mococxr.evaluation.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mococxr.evaluation.intervals.BootstrapOptions;
import org.mococxr.evaluation.intervals.ExperimentIntervals;
import org.mococxr.evaluation.intervals.Interval;
import org.mococxr.evaluation.intervals.IntervalAnalysis;
import org.mococxr.evaluation.intervals.RunResult;
import org.mococxr.foundation.Json;
import org.mococxr.foundation.Progress;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.specs.run.Paper;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;

class HtmlReportTest {
  @TempDir static Path folder;
  private static ExperimentReport report;
  private static String page;

  @BeforeAll
  static void make() throws Exception {
    report = SampleReport.make(folder.resolve("runs"));
    page = Files.readString(ReportFiles.write(report, folder));
  }

  @Test
  void theReportTravelsAsJsonWithoutLoss() throws Exception {
    ExperimentReport back = Json.read(folder.resolve(ReportFiles.JSON), ExperimentReport.class);
    assertEquals(report, back);
    assertEquals(page, HtmlReport.render(back));
  }

  @Test
  void thePageFetchesNothing() {
    assertTrue(page.contains("default-src &#39;none&#39;"));
    assertFalse(Pattern.compile("(src|href)=\"(?!data:|#|https://arxiv)").matcher(page).find());
    assertFalse(page.contains("@import") || page.contains("url("));
  }

  @Test
  void theHeadlineSaysWhatWasFoundAtTheSmallestFraction() {
    String sentence = Headline.of(report).orElseThrow();
    assertTrue(
        sentence.matches(
            "With 1\u202F% of the labels, a linear classifier on MoCo-initialised features reaches"
                + " an AUROC of 0\\.\\d\\d for pleural effusion: \\+0\\.\\d\\d"
                + " \\[\\+0\\.\\d\\d, \\+0\\.\\d\\d\\] over random initialisation\\."),
        sentence);
    assertTrue(page.contains(sentence));
  }

  @Test
  void everyChartIsWellFormedDescribedAndHasMarks() throws Exception {
    Matcher charts = Pattern.compile("<svg.*?</svg>", Pattern.DOTALL).matcher(page);
    int count = 0;
    while (charts.find()) {
      Document svg =
          DocumentBuilderFactory.newInstance()
              .newDocumentBuilder()
              .parse(new InputSource(new StringReader(charts.group())));
      assertFalse(svg.getElementsByTagName("title").item(0).getTextContent().isBlank());
      assertFalse(svg.getElementsByTagName("desc").item(0).getTextContent().isBlank());
      assertTrue(svg.getElementsByTagName("path").getLength() > 2);
      assertFalse(charts.group().contains("NaN"), "a coordinate is not a number");
      count++;
    }
    assertEquals(5, count);
  }

  @Test
  void everySectionIsThere() {
    for (String id :
        List.of(
            "labels",
            "pretraining",
            "model",
            "subgroups",
            "samples",
            "embedding",
            "data",
            "provenance")) {
      assertTrue(page.contains("<section id=\"" + id + "\""), id);
      assertTrue(page.contains("href=\"#" + id + "\""), id);
    }
    assertTrue(page.contains("bin/mococxr experiment submit sample.yaml"));
    assertTrue(page.contains("of 3 radiologists&#39; operating points lie below the ROC curve"));
  }

  @Test
  void severalArchitecturesHaveAPanelEachAndTheHeadlineSaysWhoseNumberItIs() {
    List<RunResult> runs = new ArrayList<>();
    for (RunResult run : SampleReport.runs(folder.resolve("two"), List.of(SampleReport.TASK))) {
      runs.add(run);
      runs.add(
          new RunResult(
              "densenet121",
              run.mode(),
              run.initialisation(),
              run.fraction(),
              run.draw(),
              run.predictions(),
              run.groundTruth()));
    }
    ExperimentReport two =
        new ExperimentReportBuilder("Two", "two", Instant.EPOCH)
            .intervals(IntervalAnalysis.run(runs, BootstrapOptions.defaults(1), Progress.SILENT))
            .choices(
                List.of(
                    new ExperimentReport.Choice(
                        "densenet121", "linear", "moco", 0.01, "learningRate 0.001", 0.8125, 6)))
            .build();
    String text = HtmlReport.render(two);
    for (String mode : List.of("linear", "end-to-end")) {
      for (String architecture : List.of("resnet18", "densenet121")) {
        String title = Words.mode(mode) + ", " + architecture + "</text>";
        assertTrue(text.contains(title), title);
      }
    }
    assertTrue(Headline.of(two).orElseThrow().matches(".*\\((resnet18|densenet121)\\) reaches.*"));
    assertFalse(Headline.of(report).orElseThrow().contains("(resnet18)"));
    assertTrue(text.contains("<section id=\"sweep\""));
    assertTrue(text.contains("learningRate 0.001") && text.contains("0.813"));
    assertFalse(page.contains("<section id=\"sweep\""));
  }

  @Test
  void hostileNamesStayText() {
    String hostile = "</title><script>alert('x')</script>\"><img src=x onerror=alert(1)>";
    ExperimentReport evil =
        new ExperimentReportBuilder(hostile, hostile, Instant.EPOCH)
            .note(hostile)
            .setup(
                new ExperimentReport.Setup(
                    hostile,
                    List.of(hostile),
                    List.of(hostile),
                    List.of(hostile),
                    List.of(hostile),
                    List.of(1.0),
                    Map.of(hostile, hostile)))
            .data(
                List.of(
                    new ExperimentReport.DataCount(hostile, null, 1, 1, 1, Map.of(hostile, 1L))))
            .samples(
                List.of(
                    new ExperimentReport.Sample(
                        hostile,
                        "data:image/png;base64,AA==",
                        null,
                        List.of(new ExperimentReport.Finding(hostile, null, 0.5)))))
            .provenance(
                new ExperimentReport.ProvenanceNote(
                    1,
                    hostile,
                    null,
                    null,
                    Map.of(hostile, hostile),
                    Map.of(hostile, hostile),
                    List.of(hostile),
                    hostile))
            .build();
    String html = HtmlReport.render(evil);
    assertEquals(1, html.split("<script", -1).length - 1, "only our own script");
    assertFalse(html.contains("<img src=x"));
    assertTrue(html.contains("&lt;script&gt;alert(&#39;x&#39;)"));
  }

  @Test
  void imagesFromElsewhereAreRefused() {
    ExperimentReport outside =
        new ExperimentReportBuilder("t", "e", Instant.EPOCH)
            .samples(
                List.of(
                    new ExperimentReport.Sample("s", "https://example.org/a.png", null, List.of())))
            .build();
    assertThrows(UserErrorException.class, () -> HtmlReport.render(outside));
  }

  @Test
  void aReportWithNothingInItIsStillAPage() {
    String html =
        HtmlReport.render(new ExperimentReportBuilder("Empty", "e", Instant.EPOCH).build());
    assertTrue(html.contains("<h1>Empty</h1>"));
    assertFalse(html.contains("<section"));
  }

  @Test
  void theTableHasARowPerNumber() throws Exception {
    List<String> lines = Files.readAllLines(folder.resolve(ReportFiles.CSV));
    // 18 cells: bootstrap, DeLong, 3 draws; 18 differences likewise.
    assertEquals(1 + 18 * 5 + 18 * 5, lines.size());
    assertTrue(lines.get(1).startsWith("auroc,Pleural Effusion,resnet18,linear,0.01,moco,,,0."));
  }

  @Test
  void oneRunIsShownWithoutComparison() {
    List<RunResult> one = SampleReport.runs(folder.resolve("one"), List.of("Edema")).subList(0, 1);
    ExperimentReport single =
        new ExperimentReportBuilder("One", "e", Instant.EPOCH)
            .intervals(IntervalAnalysis.run(one, BootstrapOptions.defaults(1), Progress.SILENT))
            .build();
    assertTrue(Headline.of(single).isEmpty());
    String html = HtmlReport.render(single);
    assertTrue(html.contains("1 draw of the training labels"), html);
    assertFalse(html.contains("Paired differences"));
    assertFalse(html.contains("NaN"));
  }

  @Test
  void manyTasksShowTheirMeanFirstAndFoldTheRest() {
    List<RunResult> runs = SampleReport.runs(folder.resolve("many"), List.of("A", "B", "C", "D"));
    ExperimentReport many =
        new ExperimentReportBuilder("Many", "e", Instant.EPOCH)
            .intervals(IntervalAnalysis.run(runs, BootstrapOptions.defaults(1), Progress.SILENT))
            .build();
    String html = HtmlReport.render(many);
    assertTrue(html.indexOf("<h3>mean over tasks</h3>") < html.indexOf("<h3>A</h3>"));
    assertTrue(html.contains("<details><summary>C</summary>"));
    assertTrue(html.contains("<details><summary>D</summary>"));
    assertTrue(Headline.of(many).orElseThrow().contains("for the tasks' mean"));
  }

  @Test
  void aHeadlineDoesNotClaimWhatTheIntervalDoesNotShow() {
    ExperimentIntervals.Difference difference = report.intervals().differences().get(1);
    assertEquals("random", difference.b());
    assertTrue(
        sentence(difference, 0.01, -0.02, 0.04).contains("no difference that this test set"));
    assertTrue(sentence(difference, -0.1, -0.2, -0.04).contains("worse than) random"));
  }

  private static String sentence(
      ExperimentIntervals.Difference like, double estimate, double lower, double upper) {
    ExperimentIntervals all = report.intervals();
    ExperimentIntervals.Difference only =
        new ExperimentIntervals.Difference(
            like.task(),
            like.architecture(),
            like.mode(),
            like.fraction(),
            like.a(),
            like.b(),
            new Interval(estimate, lower, upper, 0.95, 0.01, "percentile"),
            like.delong(),
            like.pValue(),
            like.adjustedPValue(),
            like.caution(),
            like.draws());
    ExperimentIntervals intervals =
        new ExperimentIntervals(
            all.tasks(),
            all.studies(),
            all.patients(),
            all.bootstrap(),
            0,
            all.cells(),
            List.of(only));
    return Headline.of(
            new ExperimentReportBuilder("t", "e", Instant.EPOCH).intervals(intervals).build())
        .orElseThrow();
  }

  @Test
  void theExperimentItselfIsInThePageAndInTheJson() throws Exception {
    String yaml = report.provenance().experimentYaml();
    assertTrue(page.contains(yaml), page.substring(page.indexOf("<section id=\"provenance\"")));
    assertEquals(
        yaml,
        Json.read(folder.resolve(ReportFiles.JSON), ExperimentReport.class)
            .provenance()
            .experimentYaml());
  }

  @Test
  void theEmbeddingHasAMarkForEachImageAndSaysHowManyThereAre() {
    ExperimentReport.Embedding all = report.embedding();
    String section = section("embedding", page);
    // A title in every mark, and one of the whole chart.
    assertEquals(all.images().size(), section.split("<title>", -1).length - 1);
    assertTrue(section.contains("of the pooled features of 240 test images, under the encoder"));
    String some =
        HtmlReport.render(
            new ExperimentReportBuilder("t", "e", Instant.EPOCH)
                .embedding(
                    new ExperimentReport.Embedding(
                        all.method(), all.features(), all.colours(), 5000, all.images()))
                .build());
    assertTrue(some.contains("240 of 5\u202F000 test images, drawn at random"));
  }

  @Test
  void everySampleHasItsHeatMapBesideIt() {
    String section = section("samples", page);
    assertEquals(2 * report.samples().size(), section.split("<img ", -1).length - 1);
    assertTrue(section.contains("evidence for Pleural Effusion"));
  }

  @Test
  void thePapersNumbersAreThoseOfTheFigure() {
    List<ExperimentReport.Published> paper = PublishedNumbers.of(Paper.MOCO_CXR);
    // 2 architectures × 2 modes × 2 initialisations × 4 fractions, and 2 differences.
    assertEquals(34, paper.size());
    assertEquals(34, paper.stream().distinct().count());
    assertTrue(
        paper.stream()
            .filter(each -> each.comparedWith() == null)
            .allMatch(each -> each.source().contains("read off the paper's figure")));
    // The figure agrees with the abstract: MoCo gains 0.096 and 0.037 at 0.1 % of the labels.
    assertEquals(0.096, gain(paper, "linear"), 0.011);
    assertEquals(0.037, gain(paper, "end-to-end"), 0.011);
  }

  private static double gain(List<ExperimentReport.Published> paper, String mode) {
    return paper.stream()
        .filter(each -> each.comparedWith() == null && each.fraction() == 0.001)
        .filter(each -> each.mode().equals(mode))
        .mapToDouble(each -> (each.initialisation().equals("moco") ? 1 : -1) * each.value() / 2)
        .sum();
  }

  @Test
  void thePapersNumbersStandBesideOurs() {
    String section = section("labels", page);
    assertTrue(section.contains("+0.096<span class=\"range\">[+0.061, +0.130]"), section);
    assertTrue(section.contains("https://arxiv.org/abs/2010.05352v1"));
    assertTrue(section.contains("read off the paper&#39;s figure"));
    ExperimentIntervals.Cell ours =
        report.intervals().cells().stream()
            .filter(c -> c.mode().equals("linear") && c.initialisation().equals("moco"))
            .filter(c -> c.fraction() == 0.01)
            .findFirst()
            .orElseThrow();
    assertTrue(
        section.contains(
            "1\u202F%</th><td>Linear probing</td><td>resnet18</td><td>0.838</td><td>"
                + Words.three(ours.auroc().estimate())
                + "<span"));
  }

  @Test
  void onlyNumbersOfOurArchitectureAreDrawnAndTheOthersAreFoldedAway() {
    String section = section("labels", page);
    // MoCo and ImageNet at the sample's three fractions in both modes; none at 0.1 %.
    assertEquals(12, section.split("class=\"mark hollow\"", -1).length - 1);
    String folded = section.substring(section.indexOf("architectures that were not run"));
    assertTrue(folded.contains("densenet121"));
    assertFalse(folded.substring(0, folded.indexOf("</details>")).contains("resnet18"));
  }

  private static String section(String id, String html) {
    int start = html.indexOf("<section id=\"" + id + "\"");
    return html.substring(start, html.indexOf("</section>", start));
  }
}
