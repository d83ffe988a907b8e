package org.mococxr.trainer.run;

import java.util.Map;
import org.mococxr.learning.export.Bundle;
import org.mococxr.learning.export.ExportOptions;
import org.mococxr.learning.export.ModelExport;
import org.mococxr.specs.run.ExportRun;

/** Writes a fine-tuned model as an ONNX bundle, checked in ONNX Runtime. */
final class ExportWorkload implements Workload {

  @Override
  public Outcome run(RunContext context) {
    ExportRun told = context.options(context.spec().options(), ExportRun.class);
    Bundle bundle =
        ModelExport.run(
            new ExportOptions(
                context.modelsWith(told.run()),
                context.input("root"),
                context.input("test"),
                context.optionalInput("valid"),
                Caches.of(context.folder()),
                told),
            context.folder(),
            context.reporter());
    return new Outcome.Done(Map.of("bytes", (double) bundle.model().length));
  }
}
