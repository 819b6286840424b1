// SPDX-License-Identifier: MIT OR Apache-2.0
#nullable enable
using System;
using System.IO;

namespace PalabraAI.Interop
{
    /// <summary>Reads the head of an executable file.</summary>
    internal static class NativeFile
    {
        private const int HeadBytes = 4096;
        private const uint Elf = 0x464C457F;

        /// <summary>Such as "arm64"; null: the file is something else, or cannot be read.</summary>
        internal static string? ArchitectureOf(string path)
        {
            try
            {
                var head = new byte[HeadBytes];
                int length;
                using (FileStream file = File.OpenRead(path))
                    length = file.Read(head, 0, head.Length);
                return length < 64 ? null : OfHead(head, length);
            }
            catch (Exception error) when (error is IOException || error is UnauthorizedAccessException)
            {
                return null;
            }
        }

        /// <summary>Whether an ELF file ends before its last table: the system's loader maps what is missing, and the process dies.</summary>
        internal static bool IsCut(string path)
        {
            try
            {
                using (FileStream file = File.OpenRead(path))
                {
                    var head = new byte[64];
                    if (file.Read(head, 0, head.Length) < head.Length || BitConverter.ToUInt32(head, 0) != Elf)
                        return false;
                    bool is64 = head[4] == 2;
                    long table = is64 ? BitConverter.ToInt64(head, 40) : BitConverter.ToUInt32(head, 32);
                    int entry = BitConverter.ToUInt16(head, is64 ? 58 : 46), count = BitConverter.ToUInt16(head, is64 ? 60 : 48);
                    return file.Length < table + (long)entry * count;
                }
            }
            catch (Exception error) when (error is IOException || error is UnauthorizedAccessException)
            {
                return false;
            }
        }

        private static string? OfHead(byte[] head, int length)
        {
            switch (BitConverter.ToUInt32(head, 0))
            {
                case Elf:
                    return OfElf(BitConverter.ToUInt16(head, 18));
                case 0xFEEDFACF:
                    return OfMachO(BitConverter.ToUInt32(head, 4));
                default:
                    bool isWindows = head[0] == 'M' && head[1] == 'Z';
                    int place = isWindows ? BitConverter.ToInt32(head, 60) : -1;
                    return place > 0 && place + 6 < length ? OfWindows(BitConverter.ToUInt16(head, place + 4)) : null;
            }
        }

        private static string? OfElf(int machine)
        {
            switch (machine)
            {
                case 3: return "x86";
                case 40: return "arm";
                case 62: return "x64";
                case 183: return "arm64";
                case 243: return "riscv64";
                default: return "machine " + machine;
            }
        }

        private static string? OfMachO(uint cpu)
        {
            return cpu == 0x01000007 ? "x64" : cpu == 0x0100000C ? "arm64" : null;
        }

        private static string? OfWindows(int machine)
        {
            switch (machine)
            {
                case 0x014C: return "x86";
                case 0x8664: return "x64";
                case 0xAA64: return "arm64";
                default: return "machine " + machine;
            }
        }
    }
}
