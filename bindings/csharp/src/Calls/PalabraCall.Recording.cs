// SPDX-License-Identifier: MIT OR Apache-2.0
#nullable enable
using System;
using System.Threading;
using System.Threading.Tasks;
using PalabraAI.Interop;

namespace PalabraAI
{
    public sealed partial class PalabraCall
    {
        /// <summary>
        /// Begins to record to a WAV file, all parties on one clock: on the left what the party with number 0 says, on the right
        /// what the other one says, as each hears the other. With <see cref="CallRecordingOptions.Translations"/> what both hear of
        /// the translation follows on two more channels. An <see cref="ErrorEvent"/> tells when the file cannot be written.
        /// </summary>
        /// <param name="path">The file, which is replaced.</param>
        /// <param name="options">Settings; <see langword="null"/>: all defaults.</param>
        /// <exception cref="ArgumentException">The path is empty, or a setting is out of range.</exception>
        /// <exception cref="PalabraException">The call is over, or records already, or the file cannot be created.</exception>
        /// <exception cref="ObjectDisposedException">The call was disposed of.</exception>
        public unsafe void StartRecording(string path, CallRecordingOptions? options = null)
        {
            using (var writer = new OptionsWriter(nameof(options)))
            {
                var raw = new NativeCallRecordingOptions();
                (options ?? new CallRecordingOptions()).Write(&raw, writer);
                NativeError told = PalabraException.NewError();
                byte* name = writer.AddRequired(path, nameof(path));
                Status.Check(Native.palabra_call_start_recording(Handle.Id, name, &raw, &told), &told, nameof(path));
            }
        }

        /// <summary>
        /// Pauses the recording, as while a card number is spoken: the file is silent until <see cref="ResumeRecording"/>, and time
        /// goes on in it. The translation of what was said meanwhile can be heard after that.
        /// </summary>
        /// <exception cref="InvalidOperationException">No recording is running.</exception>
        /// <exception cref="ObjectDisposedException">The call was disposed of.</exception>
        public unsafe void PauseRecording()
        {
            CheckRecording(Native.palabra_call_pause_recording(Handle.Id));
        }

        /// <summary>Goes on with the recording after <see cref="PauseRecording"/>.</summary>
        /// <exception cref="InvalidOperationException">No recording is running.</exception>
        /// <exception cref="ObjectDisposedException">The call was disposed of.</exception>
        public unsafe void ResumeRecording()
        {
            CheckRecording(Native.palabra_call_resume_recording(Handle.Id));
        }

        /// <summary>Stops the recording and waits on this thread until the file is complete.</summary>
        /// <param name="timeout">How long to wait; the file is completed in any case.</param>
        /// <exception cref="ArgumentOutOfRangeException">The time is negative.</exception>
        /// <exception cref="InvalidOperationException">No recording was started.</exception>
        /// <exception cref="PalabraTimeoutException">The file is still being written.</exception>
        /// <exception cref="PalabraException">The file could not be written, or a part is missing.</exception>
        /// <exception cref="ObjectDisposedException">The call was disposed of.</exception>
        public void StopRecording(TimeSpan timeout)
        {
            StopRecording(Times.Limit(timeout, nameof(timeout)));
        }

        /// <summary>Stops the recording and waits until the file is complete, without holding a thread of the pool.</summary>
        /// <param name="cancellationToken">Ends the wait; the file is completed in any case.</param>
        /// <returns>Completes when the file is complete.</returns>
        /// <exception cref="InvalidOperationException">No recording was started.</exception>
        /// <exception cref="PalabraException">The file could not be written, or a part is missing.</exception>
        /// <exception cref="ObjectDisposedException">The call was disposed of.</exception>
        /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
        public Task StopRecordingAsync(CancellationToken cancellationToken = default)
        {
            Task stops = CancelledCall.Run(unused => { StopRecording(-1); }, CancellationToken.None);
            return cancellationToken.CanBeCanceled ? UntilCancelled(stops, cancellationToken) : stops;
        }

        private unsafe void StopRecording(int milliseconds)
        {
            NativeError told = PalabraException.NewError();
            CheckRecording(Native.palabra_call_stop_recording(Handle.Id, milliseconds, &told), &told);
        }
    }
}
