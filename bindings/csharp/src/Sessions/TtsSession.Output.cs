// SPDX-License-Identifier: MIT OR Apache-2.0
#nullable enable
using System;

namespace PalabraAI
{
    public sealed partial class TtsSession
    {
        /// <summary>
        /// Fills an array with what is to be heard next, as 16-bit samples: <see cref="AudioEncoding.S16"/>; where nothing is to be heard with silence. The pace of
        /// the calls is the pace of the speech. For audio threads: it does not lock, wait or allocate, and throws only mistakes.
        /// </summary>
        /// <param name="audio">Receives whole frames, at most 500 ms.</param>
        /// <param name="language">The language of the texts; <see langword="null"/> as well.</param>
        /// <returns>What was heard; <see cref="SoundFlags.Ended"/>: the session is over and everything was read.</returns>
        /// <exception cref="ArgumentException">The last frame is not complete, it is too much at once, or there is no such language.</exception>
        /// <exception cref="InvalidOperationException">
        /// The format has other elements, another thread reads this language, the session was opened with
        /// <see cref="OutputMode.Events"/>, or no language is named and they have formats of their own.
        /// </exception>
        public SoundFlags ReadAudio(Span<short> audio, string? language = null)
        {
            return output.Read(audio, language);
        }

        /// <summary>
        /// Fills an array with what is to be heard next, as floats: <see cref="AudioEncoding.F32"/>; where nothing is to be heard with silence. The pace of
        /// the calls is the pace of the speech. For audio threads: it does not lock, wait or allocate, and throws only mistakes.
        /// </summary>
        /// <param name="audio">Receives whole frames, at most 500 ms.</param>
        /// <param name="language">The language of the texts; <see langword="null"/> as well.</param>
        /// <returns>What was heard; <see cref="SoundFlags.Ended"/>: the session is over and everything was read.</returns>
        /// <exception cref="ArgumentException">The last frame is not complete, it is too much at once, or there is no such language.</exception>
        /// <exception cref="InvalidOperationException">
        /// The format has other elements, another thread reads this language, the session was opened with
        /// <see cref="OutputMode.Events"/>, or no language is named and they have formats of their own.
        /// </exception>
        public SoundFlags ReadAudio(Span<float> audio, string? language = null)
        {
            return output.Read(audio, language);
        }

        /// <summary>
        /// Fills an array with what is to be heard next, as bytes: any encoding, as the options or SetOutputFormat say; where nothing is to be heard with silence. The pace of
        /// the calls is the pace of the speech. For audio threads: it does not lock, wait or allocate, and throws only mistakes.
        /// </summary>
        /// <param name="audio">Receives whole frames, at most 500 ms.</param>
        /// <param name="language">The language of the texts; <see langword="null"/> as well.</param>
        /// <returns>What was heard; <see cref="SoundFlags.Ended"/>: the session is over and everything was read.</returns>
        /// <exception cref="ArgumentException">The last frame is not complete, it is too much at once, or there is no such language.</exception>
        /// <exception cref="InvalidOperationException">
        /// The format has other elements, another thread reads this language, the session was opened with
        /// <see cref="OutputMode.Events"/>, or no language is named and they have formats of their own.
        /// </exception>
        public SoundFlags ReadAudio(Span<byte> audio, string? language = null)
        {
            return output.Read(audio, language);
        }

        /// <summary>
        /// Fills memory that nobody can check: it must have room for so many frames in the output format. For audio threads.
        /// </summary>
        /// <param name="audio">Where the first frame goes.</param>
        /// <param name="frames">How many frames to read.</param>
        /// <param name="language">The language of the texts; <see langword="null"/> as well.</param>
        /// <returns>What was heard. With <see cref="SoundFlags.Ended"/> the memory may be as it was.</returns>
        /// <exception cref="ArgumentException">It is too much at once, or there is no such language.</exception>
        /// <exception cref="InvalidOperationException">Another thread reads this language, or the session has no playout.</exception>
        public SoundFlags DangerousReadAudio(IntPtr audio, int frames, string? language = null)
        {
            return output.ReadRaw(audio, frames, language);
        }

        /// <summary>Speech is read in another format from now on.</summary>
        /// <param name="format">The format; its sample rate is required.</param>
        /// <param name="language">
        /// The language of the texts; <see langword="null"/> as well.
        /// </param>
        /// <exception cref="ArgumentException">A number is out of range, or there is no such language.</exception>
        /// <exception cref="PalabraException">Another thread is reading, or the session is over.</exception>
        /// <exception cref="ObjectDisposedException">The session was disposed of.</exception>
        public void SetOutputFormat(AudioFormat format, string? language = null)
        {
            output.SetFormat(language, format, nameof(format));
        }

        /// <summary>Reads the statistics of the playout of one language.</summary>
        /// <param name="language">The language of the texts; <see langword="null"/> as well.</param>
        /// <returns>The statistics at this moment.</returns>
        /// <exception cref="ArgumentException">There is no such language.</exception>
        /// <exception cref="PalabraException">The session was opened with <see cref="OutputMode.Events"/>.</exception>
        /// <exception cref="ObjectDisposedException">The session was disposed of.</exception>
        public PlayoutStats GetPlayoutStats(string? language = null)
        {
            return output.Stats(language);
        }
    }
}
