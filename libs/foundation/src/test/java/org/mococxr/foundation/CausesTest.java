package org.mococxr.foundation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.ConnectException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class CausesTest {
  @Test
  void whatAnExceptionSays() {
    assertEquals("no route", Causes.message(new IOException("no route", new IOException("x"))));
  }

  @Test
  void whatItsCauseSaysWhereItSaysNothing() {
    ConnectException silent = new ConnectException();
    silent.initCause(new IOException("refused"));
    assertEquals("refused", Causes.message(silent));
  }

  @Test
  void itsNameWhereNothingIsSaid() {
    ConnectException silent = new ConnectException();
    silent.initCause(new ClosedChannelException());
    assertEquals("ConnectException", Causes.message(silent));
    assertEquals("IOException", Causes.message(new IOException(" ")));
  }

  @Test
  void messagesOfFilesNeverEndInNull() {
    String text =
        FileErrors.reading(Path.of("a.csv"), new IOException((String) null), "x").getMessage();
    assertTrue(text.endsWith("cannot be read: IOException"), text);
  }
}
