// SPDX-License-Identifier: MIT OR Apache-2.0
#nullable enable
using System;
using PalabraAI.Interop;

namespace PalabraAI
{
    // What is copied goes into memory of the caller's: nothing of the library's is shown.
    public sealed unsafe partial class PalabraEventReader
    {
        /// <summary>Copies the text as UTF-16.</summary>
        /// <param name="destination">Receives the text.</param>
        /// <param name="written">How many characters were copied.</param>
        /// <returns><see langword="false"/>: there is not enough room, and nothing was copied.</returns>
        /// <exception cref="InvalidOperationException">No event is current, or another thread uses the reader.</exception>
        /// <exception cref="ObjectDisposedException">The reader was disposed of.</exception>
        public bool TryGetText(Span<char> destination, out int written)
        {
            EventBox box = EnterCurrent();
            try
            {
                return EventFields.TryCopy(box.Raw.Text, box.Raw.TextLen, destination, out written);
            }
            finally
            {
                Exit();
            }
        }

        /// <summary>Copies the language as UTF-16.</summary>
        /// <param name="destination">Receives the language.</param>
        /// <param name="written">How many characters were copied.</param>
        /// <returns><see langword="false"/>: there is not enough room, and nothing was copied.</returns>
        /// <exception cref="InvalidOperationException">No event is current, or another thread uses the reader.</exception>
        /// <exception cref="ObjectDisposedException">The reader was disposed of.</exception>
        public bool TryGetLanguage(Span<char> destination, out int written)
        {
            EventBox box = EnterCurrent();
            try
            {
                return EventFields.TryCopy(box.Raw.Language, box.Raw.LanguageLen, destination, out written);
            }
            finally
            {
                Exit();
            }
        }

        /// <summary>Copies the id as UTF-16.</summary>
        /// <param name="destination">Receives the id.</param>
        /// <param name="written">How many characters were copied.</param>
        /// <returns><see langword="false"/>: there is not enough room, and nothing was copied.</returns>
        /// <exception cref="InvalidOperationException">No event is current, or another thread uses the reader.</exception>
        /// <exception cref="ObjectDisposedException">The reader was disposed of.</exception>
        public bool TryGetId(Span<char> destination, out int written)
        {
            EventBox box = EnterCurrent();
            try
            {
                return EventFields.TryCopy(box.Raw.Id, box.Raw.IdLen, destination, out written);
            }
            finally
            {
                Exit();
            }
        }

        /// <summary>Copies the text as it came, in UTF-8.</summary>
        /// <param name="destination">Receives the text.</param>
        /// <param name="written">How many bytes were copied.</param>
        /// <returns><see langword="false"/>: there is not enough room, and nothing was copied.</returns>
        /// <exception cref="InvalidOperationException">No event is current, or another thread uses the reader.</exception>
        /// <exception cref="ObjectDisposedException">The reader was disposed of.</exception>
        public bool TryGetTextUtf8(Span<byte> destination, out int written)
        {
            EventBox box = EnterCurrent();
            try
            {
                return EventFields.TryCopyUtf8(box.Raw.Text, box.Raw.TextLen, destination, out written);
            }
            finally
            {
                Exit();
            }
        }

        /// <summary>Copies interleaved samples of speech, as many as there is room for.</summary>
        /// <param name="destination">Receives the samples.</param>
        /// <returns>How many samples were copied.</returns>
        /// <exception cref="InvalidOperationException">No event is current, or another thread uses the reader.</exception>
        /// <exception cref="ObjectDisposedException">The reader was disposed of.</exception>
        public int CopySamples(Span<short> destination)
        {
            EventBox box = EnterCurrent();
            try
            {
                var there = EventFields.Samples(box.Raw);
                int count = Math.Min(there.Length, destination.Length);
                there.Slice(0, count).CopyTo(destination);
                return count;
            }
            finally
            {
                Exit();
            }
        }

        /// <summary>Copies bytes of encoded speech, as many as there is room for.</summary>
        /// <param name="destination">Receives the bytes.</param>
        /// <returns>How many bytes were copied.</returns>
        /// <exception cref="InvalidOperationException">No event is current, or another thread uses the reader.</exception>
        /// <exception cref="ObjectDisposedException">The reader was disposed of.</exception>
        public int CopyData(Span<byte> destination)
        {
            EventBox box = EnterCurrent();
            try
            {
                var there = EventFields.Data(box.Raw);
                int count = Math.Min(there.Length, destination.Length);
                there.Slice(0, count).CopyTo(destination);
                return count;
            }
            finally
            {
                Exit();
            }
        }

        /// <summary>Whether text or speech is in a language, without a string.</summary>
        /// <param name="language">A language, as the event names it.</param>
        /// <returns><see langword="true"/>: it is.</returns>
        /// <exception cref="ArgumentNullException"><paramref name="language"/> is <see langword="null"/>.</exception>
        /// <exception cref="InvalidOperationException">No event is current, or another thread uses the reader.</exception>
        /// <exception cref="ObjectDisposedException">The reader was disposed of.</exception>
        public bool LanguageIs(string language)
        {
            Guard.NotNull(language, nameof(language));
            EventBox box = EnterCurrent();
            try
            {
                return KnownTexts.IsSame(language, box.Raw.Language, box.Raw.LanguageLen);
            }
            finally
            {
                Exit();
            }
        }
    }
}
