package org.mococxr.learning.moco;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import org.junit.jupiter.api.Test;
import org.mococxr.learning.engine.Torch;

class StepFiguresTest {
  @Test
  void figuresAreThoseOfTheLogitsByHand() {
    try (NDManager manager = Torch.newManager(Device.cpu())) {
      NDArray logits =
          manager.create(
              new float[] {
                9, 1, 2, 3, 4, 5, 6, // the key is first
                4, 1, 2, 3, 5, 6, 0, // third
                0, 1, 2, 3, 4, 5, 6, // last
                2, 2, 2, 2, 2, 2, 2 // a draw is won
              },
              new Shape(4, 7));
      // Over the four rows: deviations 0, 1 and 2.
      NDArray queries =
          manager.create(new float[] {5, 1, 2, 5, -1, -2, 5, 1, 2, 5, -1, -2}, new Shape(4, 3));
      NDList contrast = new NDList(manager.create(1.5f), logits, queries);
      StepFigures figures = StepFigures.read(Replica.figures(contrast), 4, 3, 0.5);
      assertEquals(1.5, figures.loss());
      assertEquals(0.5, figures.acc1());
      assertEquals(0.75, figures.acc5());
      assertEquals(0.5 * 15 / 4, figures.positiveSimilarity(), 1e-6);
      assertEquals(0.5 * 71 / 24, figures.negativeSimilarity(), 1e-6);
      assertEquals(Math.sqrt(3), figures.spread(), 1e-6);
    }
  }
}
