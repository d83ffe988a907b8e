package org.mococxr.imaging.dicom;

import java.util.HashSet;
import java.util.Set;

/** The tags that are read (DICOM PS3.6), as group × 65,536 + element. */
final class Tag {
  /** Everything below but delimiters; other elements are passed over. */
  private static final Set<Integer> WANTED = new HashSet<>();

  static final int TRANSFER_SYNTAX = wanted(0x00020010);
  static final int META_SOP_CLASS = wanted(0x00020002);
  static final int CHARACTER_SET = wanted(0x00080005);
  static final int SOP_CLASS_UID = wanted(0x00080016);
  static final int SOP_INSTANCE_UID = wanted(0x00080018);
  static final int STUDY_DATE = wanted(0x00080020);
  static final int STUDY_TIME = wanted(0x00080030);
  static final int ACCESSION_NUMBER = wanted(0x00080050);
  static final int MODALITY = wanted(0x00080060);
  static final int REFERRING_PHYSICIAN = wanted(0x00080090);
  static final int PATIENT_NAME = wanted(0x00100010);
  static final int PATIENT_ID = wanted(0x00100020);
  static final int PATIENT_BIRTH_DATE = wanted(0x00100030);
  static final int PATIENT_SEX = wanted(0x00100040);
  static final int PATIENT_AGE = wanted(0x00101010);
  static final int BODY_PART = wanted(0x00180015);
  static final int VIEW_POSITION = wanted(0x00185101);
  static final int STUDY_UID = wanted(0x0020000D);
  static final int SERIES_UID = wanted(0x0020000E);
  static final int STUDY_ID = wanted(0x00200010);
  static final int LATERALITY = wanted(0x00200060);
  static final int IMAGE_LATERALITY = wanted(0x00200062);
  static final int SAMPLES_PER_PIXEL = wanted(0x00280002);
  static final int PHOTOMETRIC = wanted(0x00280004);
  static final int PLANAR_CONFIGURATION = wanted(0x00280006);
  static final int FRAMES = wanted(0x00280008);
  static final int ROWS = wanted(0x00280010);
  static final int COLUMNS = wanted(0x00280011);
  static final int BITS_ALLOCATED = wanted(0x00280100);
  static final int BITS_STORED = wanted(0x00280101);
  static final int HIGH_BIT = wanted(0x00280102);
  static final int PIXEL_REPRESENTATION = wanted(0x00280103);
  static final int PADDING_VALUE = wanted(0x00280120);
  static final int PADDING_LIMIT = wanted(0x00280121);
  static final int BURNED_IN = wanted(0x00280301);
  static final int WINDOW_CENTER = wanted(0x00281050);
  static final int WINDOW_WIDTH = wanted(0x00281051);
  static final int RESCALE_INTERCEPT = wanted(0x00281052);
  static final int RESCALE_SLOPE = wanted(0x00281053);
  static final int VOI_FUNCTION = wanted(0x00281056);
  static final int MODALITY_LUT = wanted(0x00283000);
  static final int LUT_DESCRIPTOR = wanted(0x00283002);
  static final int LUT_DATA = wanted(0x00283006);
  static final int VOI_LUT = wanted(0x00283010);
  static final int PRESENTATION_SHAPE = wanted(0x20500020);
  static final int PIXEL_DATA = wanted(0x7FE00010);

  static final int ITEM = 0xFFFEE000;
  static final int ITEM_END = 0xFFFEE00D;
  static final int SEQUENCE_END = 0xFFFEE0DD;

  private Tag() {}

  private static int wanted(int tag) {
    WANTED.add(tag);
    return tag;
  }

  static boolean isWanted(int tag) {
    return WANTED.contains(tag);
  }
}
