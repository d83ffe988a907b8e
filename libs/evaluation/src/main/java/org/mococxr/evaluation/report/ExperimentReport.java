package org.mococxr.evaluation.report;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.mococxr.evaluation.intervals.ExperimentIntervals;
import org.mococxr.evaluation.intervals.Interval;
import org.mococxr.foundation.Maps;

/**
 * Everything a report shows. What an experiment has not got is null or an empty list, and its
 * section is left out.
 *
 * @param title in a few words, for example {@code Pleural effusion with few labels}
 * @param experiment the experiment's id
 * @param created when the report was made
 * @param setup what was compared
 * @param data how much of what
 * @param audit duplicates across patients and parts; null if nobody looked
 * @param assumed what was assumed when the data was read, for example where patients come from
 * @param intervals AUROCs with intervals and paired differences; null if none
 * @param choices the points of a sweep that were chosen
 * @param pretraining the pretraining's course; null if there was none
 * @param samples a few test images with label and prediction
 * @param served the model that is served, in detail; null if none
 * @param subgroups the served model by sex, age band and view
 * @param embedding a picture of the encoder's features; null if none
 * @param published numbers of others to hold ours against
 * @param notes remarks for the reader, for example that the images are synthetic
 * @param provenance where the numbers come from
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ExperimentReport(
    String title,
    String experiment,
    Instant created,
    Setup setup,
    List<DataCount> data,
    AuditFindings audit,
    List<String> assumed,
    ExperimentIntervals intervals,
    List<Choice> choices,
    Pretraining pretraining,
    List<Sample> samples,
    ServedModel served,
    List<Subgroup> subgroups,
    Embedding embedding,
    List<Published> published,
    List<String> notes,
    ProvenanceNote provenance) {

  public ExperimentReport {
    data = copy(data);
    assumed = copy(assumed);
    choices = copy(choices);
    samples = copy(samples);
    subgroups = copy(subgroups);
    published = copy(published);
    notes = copy(notes);
  }

  /**
   * What was compared.
   *
   * @param dataset its name, as a reader knows it
   * @param tasks in order
   * @param fractions of the labels, each in (0, 1]
   * @param settings further facts in order, for example image size → 224 px
   */
  public record Setup(
      String dataset,
      List<String> tasks,
      List<String> architectures,
      List<String> initialisations,
      List<String> modes,
      List<Double> fractions,
      Map<String, String> settings) {
    public Setup {
      tasks = copy(tasks);
      architectures = copy(architectures);
      initialisations = copy(initialisations);
      modes = copy(modes);
      fractions = copy(fractions);
      settings = Maps.copy(settings);
    }
  }

  /**
   * Size of one part of the data.
   *
   * @param part for example {@code test}, {@code pretraining} or {@code 1 % of the labels, draw 0}
   * @param fraction of the labels that this part is a draw of; null for other parts
   * @param positives per task; empty for parts without labels
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record DataCount(
      String part,
      Double fraction,
      long images,
      long studies,
      long patients,
      Map<String, Long> positives) {
    public DataCount {
      positives = Maps.copy(positives);
    }
  }

  /**
   * The point of a sweep that was chosen on validation, for one line of a figure at one fraction.
   *
   * @param point what it sets, for example {@code learningRate 0.001}
   * @param validation mean validation score over the draws, higher is better
   * @param tried how many points there were
   */
  public record Choice(
      String architecture,
      String mode,
      String initialisation,
      double fraction,
      String point,
      double validation,
      int tried) {}

  /**
   * The course of pretraining.
   *
   * @param steps in order
   * @param settings facts in order, for example queue → 65,536
   */
  public record Pretraining(List<PretrainingStep> steps, Map<String, String> settings) {
    public Pretraining {
      steps = copy(steps);
      settings = Maps.copy(settings);
    }
  }

  /**
   * One logged moment.
   *
   * @param step optimizer steps so far
   * @param epoch epochs so far, with the part of the current one
   * @param loss contrastive loss; null if not logged at this step
   * @param accuracy1 share in [0, 1] of queries whose key is ranked first; null if not logged
   * @param probe AUROC of the kNN or linear probe; null if not measured at this step
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record PretrainingStep(
      long step, double epoch, Double loss, Double accuracy1, Double probe) {}

  /**
   * One test image.
   *
   * @param study its study's id
   * @param image {@code data:image/png;base64,…} or jpeg
   * @param heatMap the same with its explanation laid over, as a data URI; null if none
   * @param findings per task
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Sample(String study, String image, String heatMap, List<Finding> findings) {
    public Sample {
      findings = copy(findings);
    }
  }

  /**
   * Label and prediction of one task.
   *
   * @param label null if not known
   * @param probability in [0, 1]
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Finding(String task, Boolean label, double probability) {}

  /**
   * The served model's AUROC among some studies.
   *
   * @param attribute for example {@code sex}
   * @param group for example {@code female}
   * @param auroc with DeLong's interval; null where a class has fewer than 2 studies
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Subgroup(
      String task, String attribute, String group, int studies, int positives, Interval auroc) {}

  /**
   * Features of images in two dimensions.
   *
   * @param method for example {@code t-SNE}
   * @param features whose, for example {@code the MoCo encoder before fine-tuning}
   * @param colours what the groups are of, for example {@code Pleural Effusion}
   * @param of how many test images there are; more than are shown if some were drawn at random
   */
  public record Embedding(
      String method, String features, String colours, long of, List<EmbeddedImage> images) {
    public Embedding {
      images = copy(images);
    }
  }

  /**
   * One image's place.
   *
   * @param group what its colour stands for, for example {@code positive}
   */
  public record EmbeddedImage(double x, double y, String group, String study) {}

  /**
   * A number that others published.
   *
   * @param source for example {@code Sowrirajan et al. 2021, table 1}
   * @param url where to read it, http or https; null if none
   * @param architecture null if not said
   * @param comparedWith null for an AUROC; for a difference, the initialisation it is over
   * @param value AUROC, or difference of AUROCs
   * @param lower end of its 95 % interval; null if none was given
   * @param upper end of its 95 % interval; null if none was given
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Published(
      String source,
      String url,
      String task,
      String architecture,
      String mode,
      double fraction,
      String initialisation,
      String comparedWith,
      double value,
      Double lower,
      Double upper) {}

  /**
   * Where the numbers come from.
   *
   * @param versions of programs and libraries, in order
   * @param digests SHA-256 of inputs and results, in order
   * @param commands that repeat the experiment, in order
   * @param experimentYaml the whole experiment with its defaults, as the commands take it; null if
   *     the runs were made one by one
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record ProvenanceNote(
      long seed,
      String host,
      Instant started,
      Instant finished,
      Map<String, String> versions,
      Map<String, String> digests,
      List<String> commands,
      String experimentYaml) {
    public ProvenanceNote {
      versions = Maps.copy(versions);
      digests = Maps.copy(digests);
      commands = copy(commands);
    }
  }

  static <T> List<T> copy(List<T> list) {
    return list == null ? List.of() : List.copyOf(list);
  }
}
