// SPDX-License-Identifier: MIT OR Apache-2.0
#nullable enable
using System;
using System.Threading;
using System.Threading.Tasks;
using PalabraAI.Interop;

namespace PalabraAI
{
    public sealed partial class TranslationSession
    {
        /// <summary>
        /// Changes how the speaker's own voice is mixed under the translation, in all languages. The change is faded within 20 ms.
        /// </summary>
        /// <param name="options">The gains and the ducking.</param>
        /// <exception cref="ArgumentException">A number is out of range.</exception>
        /// <exception cref="PalabraException">The session is over, or was opened with <see cref="OutputMode.Events"/>.</exception>
        /// <exception cref="ObjectDisposedException">The session was disposed of.</exception>
        public unsafe void SetOriginal(OriginalOptions options)
        {
            Guard.NotNull(options, nameof(options));
            var raw = new NativeOriginalOptions();
            using (var writer = new OptionsWriter(nameof(options)))
                options.Write(&raw, writer);
            Check(Native.palabra_session_set_original(Handle.Id, &raw), nameof(options));
        }

        /// <summary>
        /// Begins to record to a WAV file: on the left what was sent, on the right what was read from one language. For sessions
        /// with <see cref="OutputMode.Playout"/> or <see cref="OutputMode.Both"/>. An <see cref="ErrorEvent"/> tells when the file
        /// cannot be written.
        /// </summary>
        /// <param name="path">The file, which is replaced.</param>
        /// <param name="options">Settings; <see langword="null"/>: all defaults.</param>
        /// <exception cref="ArgumentException">The path is empty, or a setting is out of range.</exception>
        /// <exception cref="PalabraException">The session is over, records already, or has no playout.</exception>
        /// <exception cref="ObjectDisposedException">The session was disposed of.</exception>
        public unsafe void StartRecording(string path, RecordingOptions? options = null)
        {
            using (var writer = new OptionsWriter(nameof(options)))
            {
                var raw = new NativeRecordingOptions();
                (options ?? new RecordingOptions()).Write(&raw, writer);
                NativeError told = PalabraException.NewError();
                byte* name = writer.AddRequired(path, nameof(path));
                Status.Check(Native.palabra_session_start_recording(Handle.Id, name, &raw, &told), &told, nameof(path));
            }
        }

        /// <summary>Pauses the recording: the file has nothing of the time until <see cref="ResumeRecording"/>.</summary>
        /// <exception cref="InvalidOperationException">No recording is running.</exception>
        /// <exception cref="PalabraException">The session is over.</exception>
        /// <exception cref="ObjectDisposedException">The session was disposed of.</exception>
        public unsafe void PauseRecording()
        {
            CheckRecording(Native.palabra_session_pause_recording(Handle.Id));
        }

        /// <summary>Goes on with the recording after <see cref="PauseRecording"/>.</summary>
        /// <exception cref="InvalidOperationException">No recording is running.</exception>
        /// <exception cref="PalabraException">The session is over.</exception>
        /// <exception cref="ObjectDisposedException">The session was disposed of.</exception>
        public unsafe void ResumeRecording()
        {
            CheckRecording(Native.palabra_session_resume_recording(Handle.Id));
        }

        /// <summary>Stops the recording and waits on this thread until the file is complete.</summary>
        /// <param name="timeout">How long to wait; the file is completed in any case.</param>
        /// <exception cref="ArgumentOutOfRangeException">The time is negative.</exception>
        /// <exception cref="InvalidOperationException">No recording was started.</exception>
        /// <exception cref="PalabraTimeoutException">The file is still being written.</exception>
        /// <exception cref="PalabraException">The file could not be written, or a part is missing.</exception>
        /// <exception cref="ObjectDisposedException">The session was disposed of.</exception>
        public void StopRecording(TimeSpan timeout)
        {
            StopRecording(Times.Limit(timeout, nameof(timeout)));
        }

        /// <summary>Stops the recording and waits until the file is complete, without holding a thread of the pool.</summary>
        /// <param name="cancellationToken">Ends the wait; the file is completed in any case.</param>
        /// <returns>Completes when the file is complete.</returns>
        /// <exception cref="InvalidOperationException">No recording was started.</exception>
        /// <exception cref="PalabraException">The file could not be written, or a part is missing.</exception>
        /// <exception cref="ObjectDisposedException">The session was disposed of.</exception>
        /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
        public Task StopRecordingAsync(CancellationToken cancellationToken = default)
        {
            Task stops = CancelledCall.Run(unused => { StopRecording(-1); }, CancellationToken.None);
            return cancellationToken.CanBeCanceled ? UntilCancelled(stops, cancellationToken) : stops;
        }

        private unsafe void StopRecording(int milliseconds)
        {
            NativeError told = PalabraException.NewError();
            CheckRecording(Native.palabra_session_stop_recording(Handle.Id, milliseconds, &told), &told);
        }
    }
}
