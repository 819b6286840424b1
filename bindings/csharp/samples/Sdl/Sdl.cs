// SPDX-License-Identifier: MIT OR Apache-2.0
using System.Reflection;
using System.Runtime.InteropServices;

/// <summary>As much of SDL 2 as a game with sound needs, by its names and numbers in C.</summary>
internal static unsafe class Sdl
{
    internal const uint InitAudio = 0x10;
    internal const int FloatSamples = 0x8120; // AUDIO_F32LSB
    internal const uint Quit = 0x100;
    private const string Library = "SDL2";

    /// <summary>SDL_AudioSpec.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct AudioSpec
    {
        internal int Frequency;
        internal ushort Format;
        internal byte Channels;
        internal byte Silence;
        internal ushort Samples;
        internal ushort Padding;
        internal uint Size;
        internal delegate* unmanaged[Cdecl]<void*, byte*, int, void> Callback;
        internal void* UserData;
    }

    /// <summary>SDL_Event, of which a program without a window needs the type.</summary>
    [StructLayout(LayoutKind.Sequential, Size = 56)]
    internal struct Event
    {
        internal uint Type;
    }

    /// <summary>Each system has a name of its own for the library.</summary>
    static Sdl()
    {
        string[] names = { "SDL2", "libSDL2-2.0.so.0", "libSDL2-2.0.0.dylib", "SDL2.dll" };
        NativeLibrary.SetDllImportResolver(typeof(Sdl).Assembly, (wanted, assembly, path) =>
        {
            if (wanted != Library)
                return IntPtr.Zero;
            foreach (string name in names)
            {
                if (NativeLibrary.TryLoad(name, assembly, path, out IntPtr loaded))
                    return loaded;
            }
            return IntPtr.Zero;
        });
    }

    internal static string Error => Marshal.PtrToStringUTF8((IntPtr)SDL_GetError()) ?? "";

    [DllImport(Library)] internal static extern int SDL_Init(uint flags);
    [DllImport(Library)] internal static extern void SDL_Quit();
    [DllImport(Library)] internal static extern byte* SDL_GetError();
    [DllImport(Library)] internal static extern int SDL_PollEvent(Event* polled);
    [DllImport(Library)] internal static extern uint SDL_OpenAudioDevice(byte* device, int isCapture, AudioSpec* wanted, AudioSpec* got, int changes);
    [DllImport(Library)] internal static extern void SDL_PauseAudioDevice(uint device, int isPaused);
    [DllImport(Library)] internal static extern void SDL_CloseAudioDevice(uint device);
}
