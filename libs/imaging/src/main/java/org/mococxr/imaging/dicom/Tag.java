package org.mococxr.imaging.dicom;

import java.util.Set;

/** The tags that are read (DICOM PS3.6), as group × 65,536 + element. */
final class Tag {
  static final int TRANSFER_SYNTAX = 0x00020010;
  static final int META_SOP_CLASS = 0x00020002;
  static final int CHARACTER_SET = 0x00080005;
  static final int SOP_CLASS_UID = 0x00080016;
  static final int SOP_INSTANCE_UID = 0x00080018;
  static final int STUDY_DATE = 0x00080020;
  static final int STUDY_TIME = 0x00080030;
  static final int ACCESSION_NUMBER = 0x00080050;
  static final int MODALITY = 0x00080060;
  static final int REFERRING_PHYSICIAN = 0x00080090;
  static final int PATIENT_NAME = 0x00100010;
  static final int PATIENT_ID = 0x00100020;
  static final int PATIENT_BIRTH_DATE = 0x00100030;
  static final int PATIENT_SEX = 0x00100040;
  static final int PATIENT_AGE = 0x00101010;
  static final int BODY_PART = 0x00180015;
  static final int VIEW_POSITION = 0x00185101;
  static final int STUDY_UID = 0x0020000D;
  static final int SERIES_UID = 0x0020000E;
  static final int STUDY_ID = 0x00200010;
  static final int LATERALITY = 0x00200060;
  static final int IMAGE_LATERALITY = 0x00200062;
  static final int SAMPLES_PER_PIXEL = 0x00280002;
  static final int PHOTOMETRIC = 0x00280004;
  static final int PLANAR_CONFIGURATION = 0x00280006;
  static final int FRAMES = 0x00280008;
  static final int ROWS = 0x00280010;
  static final int COLUMNS = 0x00280011;
  static final int BITS_ALLOCATED = 0x00280100;
  static final int BITS_STORED = 0x00280101;
  static final int HIGH_BIT = 0x00280102;
  static final int PIXEL_REPRESENTATION = 0x00280103;
  static final int PADDING_VALUE = 0x00280120;
  static final int PADDING_LIMIT = 0x00280121;
  static final int BURNED_IN = 0x00280301;
  static final int WINDOW_CENTER = 0x00281050;
  static final int WINDOW_WIDTH = 0x00281051;
  static final int RESCALE_INTERCEPT = 0x00281052;
  static final int RESCALE_SLOPE = 0x00281053;
  static final int VOI_FUNCTION = 0x00281056;
  static final int MODALITY_LUT = 0x00283000;
  static final int LUT_DESCRIPTOR = 0x00283002;
  static final int LUT_DATA = 0x00283006;
  static final int VOI_LUT = 0x00283010;
  static final int PRESENTATION_SHAPE = 0x20500020;
  static final int PIXEL_DATA = 0x7FE00010;

  static final int ITEM = 0xFFFEE000;
  static final int ITEM_END = 0xFFFEE00D;
  static final int SEQUENCE_END = 0xFFFEE0DD;

  /** Everything above but delimiters; other elements are passed over. */
  static final Set<Integer> WANTED =
      Set.of(
          TRANSFER_SYNTAX,
          META_SOP_CLASS,
          CHARACTER_SET,
          SOP_CLASS_UID,
          SOP_INSTANCE_UID,
          STUDY_DATE,
          STUDY_TIME,
          ACCESSION_NUMBER,
          MODALITY,
          REFERRING_PHYSICIAN,
          PATIENT_NAME,
          PATIENT_ID,
          PATIENT_BIRTH_DATE,
          PATIENT_SEX,
          PATIENT_AGE,
          BODY_PART,
          VIEW_POSITION,
          STUDY_UID,
          SERIES_UID,
          STUDY_ID,
          LATERALITY,
          IMAGE_LATERALITY,
          SAMPLES_PER_PIXEL,
          PHOTOMETRIC,
          PLANAR_CONFIGURATION,
          FRAMES,
          ROWS,
          COLUMNS,
          BITS_ALLOCATED,
          BITS_STORED,
          HIGH_BIT,
          PIXEL_REPRESENTATION,
          PADDING_VALUE,
          PADDING_LIMIT,
          BURNED_IN,
          WINDOW_CENTER,
          WINDOW_WIDTH,
          RESCALE_INTERCEPT,
          RESCALE_SLOPE,
          VOI_FUNCTION,
          MODALITY_LUT,
          LUT_DESCRIPTOR,
          LUT_DATA,
          VOI_LUT,
          PRESENTATION_SHAPE,
          PIXEL_DATA);

  private Tag() {}
}
