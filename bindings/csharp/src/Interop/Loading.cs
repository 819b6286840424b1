// SPDX-License-Identifier: MIT OR Apache-2.0
using System.Runtime.InteropServices;

// Beside the assembly, then where the system looks. The first alone searches nowhere else since .NET 10.
[assembly: DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory | DllImportSearchPath.SafeDirectories)]
#if NET7_0_OR_GREATER
// Structs and functions are blittable: whatever needs marshalling does not compile.
[assembly: System.Runtime.CompilerServices.DisableRuntimeMarshalling]
#endif
