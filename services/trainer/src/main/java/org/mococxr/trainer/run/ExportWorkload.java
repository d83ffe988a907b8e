package org.mococxr.trainer.run;

import java.util.List;
import java.util.Map;
import org.mococxr.learning.export.Bundle;
import org.mococxr.learning.export.ExportOptions;
import org.mococxr.learning.export.ModelExport;

/** Writes a fine-tuned model as an ONNX bundle, checked in ONNX Runtime. */
final class ExportWorkload implements Workload {

  /**
   * What an export run can be told; the rest of the experiment's options are passed over.
   *
   * @param architecture the experiment's
   * @param tasks the experiment's
   * @param image the experiment's
   * @param run whose model it is
   * @param model name under which it is served; by default the experiment's id
   * @param version of the model; by default made of what it was made of
   * @param checks pictures that are run through both engines; 8
   * @param initialisation of the run whose model is served; by default the first that fits
   * @param mode of the run whose model is served; by default the first that fits
   * @param fraction of the labels of the run whose model is served; by default the largest
   * @param draw of the run whose model is served; by default the first
   */
  record Options(
      String architecture,
      List<String> tasks,
      Map<String, Object> image,
      String run,
      String model,
      String version,
      Integer checks,
      String initialisation,
      String mode,
      Double fraction,
      Integer draw) {}

  @Override
  public Outcome run(RunContext context) {
    Options options = context.options(context.spec().options(), Options.class);
    Bundle bundle =
        ModelExport.run(
            new ExportOptions(
                context.input("run:" + options.run()),
                options.model(),
                options.version(),
                context.input("root"),
                context.input("test"),
                options.checks()),
            context.folder(),
            context.reporter());
    return new Outcome.Done(Map.of("bytes", (double) bundle.model().length));
  }
}
