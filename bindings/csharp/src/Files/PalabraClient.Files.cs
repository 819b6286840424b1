// SPDX-License-Identifier: MIT OR Apache-2.0
#nullable enable
using System;
using System.Runtime.InteropServices;
using System.Threading;
using System.Threading.Tasks;
using PalabraAI.Interop;

namespace PalabraAI
{
    public sealed partial class PalabraClient
    {
        // More than there are languages.
        private const int FileOutputs = 64;

        // Static, and kept for ever: what is compiled ahead of time knows no other callbacks.
        private static readonly unsafe NativeProgressCallback OnProgressCallback = OnProgress;

        /// <summary>
        /// Translates a recording: opens a session, sends the file at its pace, and writes the speech of each target to a WAV
        /// file of its own. Waits until that is done.
        /// </summary>
        /// <param name="options">Settings of the session. Input.Format, Input.Gap and Output are ignored; Queue must be null.</param>
        /// <param name="inputPath">The recording: WAV, or what <see cref="PalabraLibrary.HasFeature"/> "decoders" adds.</param>
        /// <param name="outputPattern">Path in which "{lang}" stands for the language; null: the speech is not written.</param>
        /// <param name="fileOptions">Settings of the translation of the file; null: all defaults.</param>
        /// <param name="progress">
        /// Told how far the translation is, with every transcript, some four times a second, and at the end once all was translated,
        /// on the thread of the call. It must not call the library. What it throws ends the translation and comes out of the call. null: nothing is told.
        /// </param>
        /// <param name="cancellationToken">Ends the translation.</param>
        /// <returns>What was sent, heard and written.</returns>
        /// <exception cref="ArgumentNullException">`options` or `inputPath` is null.</exception>
        /// <exception cref="ArgumentException">A setting is missing, out of range or contradicts another one.</exception>
        /// <exception cref="ObjectDisposedException">The client was disposed.</exception>
        /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
        /// <exception cref="PalabraException">
        /// The translation failed. What came of it so far is in its Partial, and files that were begun stay.
        /// </exception>
        public FileTranslationResult TranslateFile(
            TranslationOptions options, string inputPath, string? outputPattern, FileTranslationOptions? fileOptions = null,
            IProgress<FileProgress>? progress = null, CancellationToken cancellationToken = default)
        {
            return Translating(options, inputPath, outputPattern, fileOptions, progress).Now(cancellationToken);
        }

        /// <summary>
        /// Does the same as <see cref="TranslateFile"/> without holding a thread of the pool. `progress` is told on a thread of
        /// the binding.
        /// </summary>
        /// <param name="options">Settings of the session. Input.Format, Input.Gap and Output are ignored; Queue must be null.</param>
        /// <param name="inputPath">The recording: WAV, or what <see cref="PalabraLibrary.HasFeature"/> "decoders" adds.</param>
        /// <param name="outputPattern">Path in which "{lang}" stands for the language; null: the speech is not written.</param>
        /// <param name="fileOptions">Settings of the translation of the file; null: all defaults.</param>
        /// <param name="progress">Told how far the translation is; null: nothing is told.</param>
        /// <param name="cancellationToken">Ends the translation within 50 ms.</param>
        /// <returns>What was sent, heard and written.</returns>
        /// <exception cref="ArgumentNullException">`options` or `inputPath` is null.</exception>
        /// <exception cref="ArgumentException">A setting is missing, out of range or contradicts another one.</exception>
        /// <exception cref="ObjectDisposedException">The client was disposed.</exception>
        /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
        /// <exception cref="PalabraException">
        /// The translation failed. What came of it so far is in its Partial, and files that were begun stay.
        /// </exception>
        public Task<FileTranslationResult> TranslateFileAsync(
            TranslationOptions options, string inputPath, string? outputPattern, FileTranslationOptions? fileOptions = null,
            IProgress<FileProgress>? progress = null, CancellationToken cancellationToken = default)
        {
            return Translating(options, inputPath, outputPattern, fileOptions, progress).Start(cancellationToken);
        }

        private unsafe ServiceCall<FileTranslationResult> Translating(
            TranslationOptions options, string inputPath, string? outputPattern, FileTranslationOptions? fileOptions,
            IProgress<FileProgress>? progress)
        {
            Guard.NotNull(options, nameof(options));
            if (options.Queue != null)
                throw new ArgumentException("Queue must be null: the events of the session are not delivered.", nameof(options));
            return new ServiceCall<FileTranslationResult>(new OptionsWriter(nameof(options)), texts =>
            {
                NativeTranslationConfig raw = options.Raw((OptionsWriter)texts);
                NativeFileOptions settings = (fileOptions ?? new FileTranslationOptions()).Raw(out int limitMs);
                byte* input = texts.AddRequired(inputPath, nameof(inputPath));
                byte* output = texts.Add(outputPattern, nameof(outputPattern));
                return call => Translate(call, raw, settings, input, output, limitMs, progress);
            });
        }

        private unsafe FileTranslationResult Translate(
            CallToken call, NativeTranslationConfig raw, NativeFileOptions settings, byte* input, byte* output, int limitMs,
            IProgress<FileProgress>? progress)
        {
            var listener = new ProgressListener(progress, call.Cancellation);
            GCHandle own = GCHandle.Alloc(listener);
            NativeFileOutput* outputs = stackalloc NativeFileOutput[FileOutputs];
            var result = new NativeFileResult { StructSize = (uint)sizeof(NativeFileResult), OutputCapacity = FileOutputs, Outputs = outputs };
            try
            {
                settings.Progress = Marshal.GetFunctionPointerForDelegate(OnProgressCallback);
                settings.UserData = GCHandle.ToIntPtr(own);
                NativeError told = PalabraException.NewError();
                int status;
                using (call.Cover(&told))
                    status = Native.palabra_translate_file(handle.Id, &raw, input, output, &settings, &result, limitMs, &told);
                listener.ThrowWhatStoppedIt();
                var done = new FileTranslationResult(&result);
                CheckAnswer(call, status, &told, done, "options");
                return done;
            }
            finally
            {
                _ = Native.palabra_file_result_release(&result);
                own.Free();
            }
        }

        // On the thread that made the call, with the library on the stack: no exception may pass.
        [MonoPInvokeCallback(typeof(NativeProgressCallback))]
        private static unsafe int OnProgress(NativeProgress* raw, IntPtr listener)
        {
            return ((ProgressListener)GCHandle.FromIntPtr(listener).Target!).GoesOn(raw) ? 0 : 1;
        }
    }
}
