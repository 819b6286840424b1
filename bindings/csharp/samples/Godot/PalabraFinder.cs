// SPDX-License-Identifier: MIT OR Apache-2.0
#nullable enable
using System;
using System.IO;
using System.Reflection;
using System.Runtime.InteropServices;
using Godot;
using PalabraAI;

/// <summary>
/// Finds the native library in the folder of the project, and beside the program of an exported game. Godot loads a game's
/// assemblies from memory, so that .NET does not know their folder and looks for nothing there.
/// </summary>
public static class PalabraFinder
{
    private static bool hasBegun;

    /// <summary>Before anything else of Palabra is used. The second time, as when a scene is loaded again, nothing happens.</summary>
    public static void Begin()
    {
        if (hasBegun)
            return;
        hasBegun = true;
        NativeLibrary.SetDllImportResolver(typeof(PalabraClient).Assembly, Find);
    }

    // Zero: .NET looks where it always does.
    private static IntPtr Find(string name, Assembly assembly, DllImportSearchPath? path)
    {
        string file = OperatingSystem.IsWindows() ? name + ".dll" : OperatingSystem.IsMacOS() ? "lib" + name + ".dylib" : "lib" + name + ".so";
        foreach (string folder in new[] { ProjectSettings.GlobalizePath("res://"), Path.GetDirectoryName(OS.GetExecutablePath()) ?? "" })
        {
            if (folder.Length > 0 && NativeLibrary.TryLoad(Path.Combine(folder, file), out IntPtr found))
                return found;
        }
        return IntPtr.Zero;
    }
}
