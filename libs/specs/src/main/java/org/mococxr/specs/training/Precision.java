package org.mococxr.specs.training;

import java.util.List;
import org.mococxr.specs.option.Choice;

/** The numbers that convolutions compute with; parameters and gradients are float32 in each. */
public enum Precision implements Choice {
  /** Exact. */
  FLOAT32,
  /** float32 whose convolutions on a GPU multiply numbers of 10 bits behind the point. */
  TF32,
  /** bfloat16 from the image to the pooled features, float32 in the head and the loss. */
  BFLOAT16 {
    @Override
    public String text() {
      return "bf16";
    }

    @Override
    public List<String> aliases() {
      return List.of("bfloat16");
    }
  }
}
