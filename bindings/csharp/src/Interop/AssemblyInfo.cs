// SPDX-License-Identifier: MIT OR Apache-2.0
#nullable enable
using System;
using System.Runtime.InteropServices;

[assembly: CLSCompliant(true)]
// The assembly's folder alone would exclude what the system searches, such as a library that a package manager installed.
[assembly: DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory | DllImportSearchPath.SafeDirectories)]
#if NET8_0_OR_GREATER
// All structs and functions are blittable.
[assembly: System.Runtime.CompilerServices.DisableRuntimeMarshalling]
#endif
