// SPDX-License-Identifier: MIT OR Apache-2.0
#nullable enable
using System;
using System.Threading;
using System.Threading.Tasks;
using PalabraAI.Interop;

namespace PalabraAI
{
    /// <summary>A session that takes audio: a <see cref="TranslationSession"/> or an <see cref="SttSession"/>.</summary>
    public abstract class AudioSession : PalabraSession
    {
        private protected AudioSession(OpenedSession opened, PalabraClient client, Type type) : base(opened, client, type)
        {
            Input = new AudioInput(opened, Status);
        }

        private protected AudioInput Input { get; }

        /// <summary>
        /// Takes audio on its way to the service, as 16-bit samples: <see cref="AudioEncoding.S16"/>. Send it at the pace of speech. For audio threads: it does not
        /// lock, wait or allocate, and throws only mistakes.
        /// </summary>
        /// <param name="audio">Whole frames: one sample of every channel each.</param>
        /// <returns>Elements taken, in whole frames: the others are to be sent again. 0 as well when the session is over.</returns>
        /// <exception cref="ArgumentException">The last frame is not complete.</exception>
        /// <exception cref="InvalidOperationException">
        /// The format has other elements, or another thread is sending.
        /// </exception>
        public int SendAudio(ReadOnlySpan<short> audio)
        {
            return Input.Send(audio, nameof(audio));
        }

        /// <summary>As <see cref="SendAudio(ReadOnlySpan{short})"/>, until all of it is taken, waiting for room without a thread.</summary>
        /// <param name="audio">Whole frames. They must stay as they are until the call completes.</param>
        /// <param name="cancellationToken">Ends the call; some of the audio may have been taken.</param>
        /// <returns>Completes when all of it is taken.</returns>
        /// <exception cref="ArgumentException">The last frame is not complete.</exception>
        /// <exception cref="InvalidOperationException">The format has other elements, or another thread is sending.</exception>
        /// <exception cref="PalabraException">The session is over. This is the reason.</exception>
        /// <exception cref="ObjectDisposedException">The session was disposed of.</exception>
        /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
        public ValueTask SendAudioAsync(ReadOnlyMemory<short> audio, CancellationToken cancellationToken = default)
        {
            return Input.SendAsync(audio, rest => Input.Send(rest.Span, nameof(audio)), cancellationToken);
        }

        /// <summary>
        /// Sends audio as it is due by the clock, from when the session is ready, without a thread. A call that follows at once goes
        /// on in its time: the lead is given once. A stall is made up for without a burst.
        /// </summary>
        /// <param name="audio">Whole frames. They must stay as they are until the call completes.</param>
        /// <param name="lead">How far ahead of real time it is sent; some 100 ms bridge the jitter of a busy machine.</param>
        /// <param name="cancellationToken">Ends the call; some of the audio may have been sent.</param>
        /// <returns>Completes when all of it is taken.</returns>
        /// <exception cref="ArgumentException">The last frame is not complete, or the lead is negative.</exception>
        /// <exception cref="InvalidOperationException">
        /// The format has other elements, or another thread is sending; or the rate is declared in TaskJson alone: set that of the
        /// Input.Format too.
        /// </exception>
        /// <exception cref="PalabraException">The session is over. This is the reason.</exception>
        /// <exception cref="ObjectDisposedException">The session was disposed of.</exception>
        /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
        public ValueTask SendPacedAsync(ReadOnlyMemory<short> audio, TimeSpan lead = default, CancellationToken cancellationToken = default)
        {
            return Input.SendPacedAsync(
                audio, AudioElement.Short, lead, rest => Input.Send(rest.Span, nameof(audio)), WaitReadyAsync,
                cancellationToken);
        }

        /// <summary>
        /// Takes audio on its way to the service, as floats: <see cref="AudioEncoding.F32"/>. Send it at the pace of speech. For audio threads: it does not
        /// lock, wait or allocate, and throws only mistakes.
        /// </summary>
        /// <param name="audio">Whole frames: one sample of every channel each.</param>
        /// <returns>Elements taken, in whole frames: the others are to be sent again. 0 as well when the session is over.</returns>
        /// <exception cref="ArgumentException">The last frame is not complete.</exception>
        /// <exception cref="InvalidOperationException">
        /// The format has other elements, or another thread is sending.
        /// </exception>
        public int SendAudio(ReadOnlySpan<float> audio)
        {
            return Input.Send(audio, nameof(audio));
        }

        /// <summary>As <see cref="SendAudio(ReadOnlySpan{float})"/>, until all of it is taken, waiting for room without a thread.</summary>
        /// <param name="audio">Whole frames. They must stay as they are until the call completes.</param>
        /// <param name="cancellationToken">Ends the call; some of the audio may have been taken.</param>
        /// <returns>Completes when all of it is taken.</returns>
        /// <exception cref="ArgumentException">The last frame is not complete.</exception>
        /// <exception cref="InvalidOperationException">The format has other elements, or another thread is sending.</exception>
        /// <exception cref="PalabraException">The session is over. This is the reason.</exception>
        /// <exception cref="ObjectDisposedException">The session was disposed of.</exception>
        /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
        public ValueTask SendAudioAsync(ReadOnlyMemory<float> audio, CancellationToken cancellationToken = default)
        {
            return Input.SendAsync(audio, rest => Input.Send(rest.Span, nameof(audio)), cancellationToken);
        }

        /// <summary>
        /// Sends audio as it is due by the clock, from when the session is ready, without a thread. A call that follows at once goes
        /// on in its time: the lead is given once. A stall is made up for without a burst.
        /// </summary>
        /// <param name="audio">Whole frames. They must stay as they are until the call completes.</param>
        /// <param name="lead">How far ahead of real time it is sent; some 100 ms bridge the jitter of a busy machine.</param>
        /// <param name="cancellationToken">Ends the call; some of the audio may have been sent.</param>
        /// <returns>Completes when all of it is taken.</returns>
        /// <exception cref="ArgumentException">The last frame is not complete, or the lead is negative.</exception>
        /// <exception cref="InvalidOperationException">
        /// The format has other elements, or another thread is sending; or the rate is declared in TaskJson alone: set that of the
        /// Input.Format too.
        /// </exception>
        /// <exception cref="PalabraException">The session is over. This is the reason.</exception>
        /// <exception cref="ObjectDisposedException">The session was disposed of.</exception>
        /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
        public ValueTask SendPacedAsync(ReadOnlyMemory<float> audio, TimeSpan lead = default, CancellationToken cancellationToken = default)
        {
            return Input.SendPacedAsync(
                audio, AudioElement.Float, lead, rest => Input.Send(rest.Span, nameof(audio)), WaitReadyAsync,
                cancellationToken);
        }

        /// <summary>
        /// Takes audio on its way to the service, as bytes: any encoding, as the options or SetInputFormat say. Send it at the pace of speech. For audio threads: it does not
        /// lock, wait or allocate, and throws only mistakes.
        /// </summary>
        /// <param name="audio">Whole frames: one sample of every channel each.</param>
        /// <returns>Elements taken, in whole frames: the others are to be sent again. 0 as well when the session is over.</returns>
        /// <exception cref="ArgumentException">The last frame is not complete.</exception>
        /// <exception cref="InvalidOperationException">
        /// The format has other elements, or another thread is sending.
        /// </exception>
        public int SendAudio(ReadOnlySpan<byte> audio)
        {
            return Input.Send(audio, nameof(audio));
        }

        /// <summary>As <see cref="SendAudio(ReadOnlySpan{byte})"/>, until all of it is taken, waiting for room without a thread.</summary>
        /// <param name="audio">Whole frames. They must stay as they are until the call completes.</param>
        /// <param name="cancellationToken">Ends the call; some of the audio may have been taken.</param>
        /// <returns>Completes when all of it is taken.</returns>
        /// <exception cref="ArgumentException">The last frame is not complete.</exception>
        /// <exception cref="InvalidOperationException">The format has other elements, or another thread is sending.</exception>
        /// <exception cref="PalabraException">The session is over. This is the reason.</exception>
        /// <exception cref="ObjectDisposedException">The session was disposed of.</exception>
        /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
        public ValueTask SendAudioAsync(ReadOnlyMemory<byte> audio, CancellationToken cancellationToken = default)
        {
            return Input.SendAsync(audio, rest => Input.Send(rest.Span, nameof(audio)), cancellationToken);
        }

        /// <summary>
        /// Sends audio as it is due by the clock, from when the session is ready, without a thread. A call that follows at once goes
        /// on in its time: the lead is given once. A stall is made up for without a burst.
        /// </summary>
        /// <param name="audio">Whole frames. They must stay as they are until the call completes.</param>
        /// <param name="lead">How far ahead of real time it is sent; some 100 ms bridge the jitter of a busy machine.</param>
        /// <param name="cancellationToken">Ends the call; some of the audio may have been sent.</param>
        /// <returns>Completes when all of it is taken.</returns>
        /// <exception cref="ArgumentException">The last frame is not complete, or the lead is negative.</exception>
        /// <exception cref="InvalidOperationException">
        /// The format has other elements, or another thread is sending; or the rate is declared in TaskJson alone: set that of the
        /// Input.Format too.
        /// </exception>
        /// <exception cref="PalabraException">The session is over. This is the reason.</exception>
        /// <exception cref="ObjectDisposedException">The session was disposed of.</exception>
        /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
        public ValueTask SendPacedAsync(ReadOnlyMemory<byte> audio, TimeSpan lead = default, CancellationToken cancellationToken = default)
        {
            return Input.SendPacedAsync(
                audio, AudioElement.Byte, lead, rest => Input.Send(rest.Span, nameof(audio)), WaitReadyAsync,
                cancellationToken);
        }

        /// <summary>
        /// Takes audio from memory that nobody can check: it must hold so many frames in the input format. For audio threads, as
        /// SendAudio.
        /// </summary>
        /// <param name="audio">The first frame.</param>
        /// <param name="frames">How many frames there are.</param>
        /// <returns>Frames taken; 0 as well when the session is over.</returns>
        /// <exception cref="ArgumentOutOfRangeException">The number is negative.</exception>
        /// <exception cref="InvalidOperationException">Another thread is sending.</exception>
        public int DangerousSendAudio(IntPtr audio, int frames)
        {
            return Input.SendRaw(audio, frames);
        }

        /// <summary>
        /// States that frames were lost, such as packets that did not arrive: silence takes their place, so that the audio keeps
        /// real time. Call it before the next SendAudio. For audio threads.
        /// </summary>
        /// <param name="frames">How many frames were lost.</param>
        /// <returns>Frames taken, fewer when the buffer is full; 0 as well when the session is over.</returns>
        /// <exception cref="ArgumentOutOfRangeException">The number is negative.</exception>
        /// <exception cref="InvalidOperationException">Another thread is sending.</exception>
        public int Skip(int frames)
        {
            return Input.Skip(frames);
        }

        /// <summary>
        /// Sends what was taken so far, even if it fills no message, as at the end of an utterance. For audio threads.
        /// </summary>
        public void FlushInput()
        {
            Input.Flush();
        }

        /// <summary>How many frames, or bytes of encoded audio, would be taken at this moment; 0 as well when the session is over.</summary>
        public int InputSpace => Input.Space;

        /// <summary>The audio that is sent from now on has another format, as when the device changes.</summary>
        /// <param name="format">The format; its sample rate is required.</param>
        /// <exception cref="ArgumentException">A number is out of range.</exception>
        /// <exception cref="PalabraException">Another thread is sending, or the session is over.</exception>
        /// <exception cref="ObjectDisposedException">The session was disposed of.</exception>
        public void SetInputFormat(AudioFormat format)
        {
            Input.SetFormat(format, nameof(format));
        }

        /// <summary>
        /// Sends the audio of a file as it is due by the clock, whatever the input format. It holds a thread of the binding, none
        /// of the pool.
        /// </summary>
        /// <param name="path">The file.</param>
        /// <param name="lead">How far ahead of real time it is sent.</param>
        /// <param name="cancellationToken">Ends the call; some of the audio may have been sent.</param>
        /// <returns>Frames sent, as the file counts them: fewer than it has when the session was ended meanwhile.</returns>
        /// <exception cref="ArgumentException">The path is empty, or the lead is negative or longer than 60 s.</exception>
        /// <exception cref="PalabraException">The file cannot be read, another thread is sending, or the session is over.</exception>
        /// <exception cref="ObjectDisposedException">The session was disposed of.</exception>
        /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
        public Task<int> SendFileAsync(string path, TimeSpan lead = default, CancellationToken cancellationToken = default)
        {
            return FileSending.Prepare(Input, Status, path, lead, System.Threading.Timeout.InfiniteTimeSpan).Start(cancellationToken);
        }

        /// <summary>As <see cref="SendFileAsync"/>, on this thread.</summary>
        /// <param name="path">The file.</param>
        /// <param name="lead">How far ahead of real time it is sent.</param>
        /// <param name="timeout">How long it may take; <see cref="Timeout.InfiniteTimeSpan"/>: without limit.</param>
        /// <returns>Frames sent, as the file counts them: fewer when the time was up.</returns>
        /// <exception cref="ArgumentException">The path is empty, or a time is out of range.</exception>
        /// <exception cref="PalabraException">The file cannot be read, another thread is sending, or the session is over.</exception>
        /// <exception cref="ObjectDisposedException">The session was disposed of.</exception>
        public int SendFile(string path, TimeSpan lead, TimeSpan timeout)
        {
            return FileSending.Prepare(Input, Status, path, lead, timeout).Now();
        }
    }
}
