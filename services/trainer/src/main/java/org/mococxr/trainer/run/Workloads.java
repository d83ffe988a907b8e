package org.mococxr.trainer.run;

import java.util.EnumMap;
import java.util.Map;
import org.mococxr.specs.RunKind;

/** What each kind of run does. */
public final class Workloads {
  private Workloads() {}

  public static Map<RunKind, Workload> all() {
    Map<RunKind, Workload> workloads = new EnumMap<>(RunKind.class);
    workloads.put(RunKind.PRETRAIN, new PretrainWorkload());
    workloads.put(RunKind.EMBED, new EmbedWorkload());
    workloads.put(RunKind.FINETUNE, new FineTuneWorkload());
    workloads.put(RunKind.CHOOSE, new ChooseWorkload());
    workloads.put(RunKind.SELECT, new SelectWorkload());
    workloads.put(RunKind.TEST, new TestWorkload());
    workloads.put(RunKind.INTERVALS, new IntervalsWorkload());
    workloads.put(RunKind.EXPLAIN, new ExplainWorkload());
    workloads.put(RunKind.EXPORT, new ExportWorkload());
    workloads.put(RunKind.AUDIT, new AuditWorkload());
    workloads.put(RunKind.REPORT, new ReportWorkload());
    return workloads;
  }
}
