/* WAV files: written files can be read again; a file that is not WAV gives an error with a text. */
#define _POSIX_C_SOURCE 200809L
#include "check.h"

#include <unistd.h>

#define FRAMES 1001

static char path[] = "palabra-wav-XXXXXX";

static void round_trip(uint32_t sample_rate, uint32_t channels)
{
    static int16_t pcm[FRAMES * 8];
    palabra_audio wav = PALABRA_AUDIO_INIT;
    palabra_error error = PALABRA_ERROR_INIT;
    size_t i;

    for (i = 0; i < FRAMES * channels; i++)
        pcm[i] = (int16_t)((i * 7919u) & 0xFFFFu);
    CHECK_STATUS(palabra_audio_write_wav(path, pcm, FRAMES, sample_rate, channels, &error), PALABRA_OK);
    CHECK_STATUS(palabra_audio_read_wav(path, &wav, &error), PALABRA_OK);
    CHECK_EQ(wav.sample_rate, sample_rate);
    CHECK_EQ(wav.channels, channels);
    CHECK_EQ(wav.frames, FRAMES);
    REQUIRE(wav.pcm != NULL);
    CHECK_EQ(memcmp(wav.pcm, pcm, FRAMES * channels * sizeof pcm[0]), 0);
    CHECK_STATUS(palabra_audio_release(&wav), PALABRA_OK);
}

static void releasing(void)
{
    palabra_audio wav = PALABRA_AUDIO_INIT, copy;

    CHECK_STATUS(palabra_audio_read_wav(path, &wav, NULL), PALABRA_OK);
    copy = wav;
    CHECK_STATUS(palabra_audio_release(&wav), PALABRA_OK);
    CHECK_EQ(wav.struct_size, sizeof wav);
    CHECK(wav.pcm == NULL && wav.frames == 0 && wav.sample_rate == 0 && wav.payload == NULL);
    CHECK_STATUS(palabra_audio_release(&wav), PALABRA_OK);
    CHECK_STATUS(palabra_audio_release(&copy), PALABRA_ERR_BAD_HANDLE);
}

static void no_frames(void)
{
    palabra_audio wav = PALABRA_AUDIO_INIT;

    CHECK_STATUS(palabra_audio_write_wav(path, NULL, 0, 24000, 1, NULL), PALABRA_OK);
    CHECK_STATUS(palabra_audio_read_wav(path, &wav, NULL), PALABRA_OK);
    CHECK_EQ(wav.frames, 0);
    CHECK(wav.pcm == NULL);
    CHECK_EQ(wav.sample_rate, 24000);
    CHECK_STATUS(palabra_audio_release(&wav), PALABRA_OK);
}

static void impossible_numbers(void)
{
    int16_t pcm[8] = {0};
    palabra_error error = PALABRA_ERROR_INIT;

    CHECK_STATUS(palabra_audio_write_wav(path, pcm, 1, 0, 1, &error), PALABRA_ERR_INVALID_ARGUMENT);
    CHECK(error.text[0] != '\0');
    CHECK_STATUS(palabra_audio_write_wav(path, pcm, 1, 24000, 0, &error), PALABRA_ERR_INVALID_ARGUMENT);
    CHECK_STATUS(palabra_audio_write_wav(path, pcm, 1, 24000, 9, &error), PALABRA_ERR_INVALID_ARGUMENT);
}

static void unreadable(const char *contents, size_t size)
{
    palabra_audio wav = PALABRA_AUDIO_INIT;
    palabra_error error = PALABRA_ERROR_INIT;
    FILE *file = fopen(path, "wb");

    REQUIRE(file != NULL);
    fwrite(contents, 1, size, file);
    fclose(file);
    CHECK_STATUS(palabra_audio_read_wav(path, &wav, &error), PALABRA_ERR_IO);
    CHECK_STATUS(error.code, PALABRA_ERR_IO);
    CHECK_CONTAINS(error.text, path);
    CHECK(wav.pcm == NULL && wav.payload == NULL);
}

static void eight_bit_samples(void)
{
    static const char header[] = "RIFF\x28\0\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0\x40\x1f\0\0\x40\x1f\0\0\x01\0\x08\0data\4\0\0\0\x80\x80\x80\x80";
    palabra_audio wav = PALABRA_AUDIO_INIT;
    palabra_error error = PALABRA_ERROR_INIT;
    FILE *file = fopen(path, "wb");

    REQUIRE(file != NULL);
    fwrite(header, 1, sizeof header - 1, file);
    fclose(file);
    CHECK_STATUS(palabra_audio_read_wav(path, &wav, &error), PALABRA_ERR_UNSUPPORTED);
    CHECK(error.text[0] != '\0');
}

static void missing_files(void)
{
    palabra_audio wav = PALABRA_AUDIO_INIT;
    palabra_error error = PALABRA_ERROR_INIT;

    CHECK_STATUS(palabra_audio_read_wav("no-such-folder/in.wav", &wav, &error), PALABRA_ERR_IO);
    CHECK_CONTAINS(error.text, "no-such-folder/in.wav");
    CHECK_STATUS(palabra_audio_read_wav("/", &wav, &error), PALABRA_ERR_IO);
    CHECK_STATUS(palabra_audio_write_wav("no-such-folder/out.wav", NULL, 0, 24000, 1, &error), PALABRA_ERR_IO);
    CHECK_CONTAINS(error.text, "no-such-folder/out.wav");
}

static void a_recording(void)
{
    const char *recording = getenv("PALABRA_WAV");
    palabra_audio wav = PALABRA_AUDIO_INIT;

    if (recording == NULL)
        return;
    CHECK_STATUS(palabra_audio_read_wav(recording, &wav, NULL), PALABRA_OK);
    CHECK(wav.frames > wav.sample_rate);
    CHECK_STATUS(palabra_audio_release(&wav), PALABRA_OK);
}

int main(void)
{
    static char noise[300];
    int fd = mkstemp(path);

    REQUIRE(fd >= 0);
    close(fd);
    round_trip(8000, 1);
    round_trip(24000, 1);
    round_trip(44100, 2);
    round_trip(192000, 8);
    releasing();
    no_frames();
    impossible_numbers();
    unreadable("", 0);
    unreadable("RIFF", 4);
    unreadable("RIFF\x24\0\0\0WAVE", 12);
    memset(noise, 'x', sizeof noise);
    unreadable(noise, sizeof noise);
    eight_bit_samples();
    missing_files();
    a_recording();
    unlink(path);
    return check_result();
}
