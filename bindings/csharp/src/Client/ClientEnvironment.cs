// SPDX-License-Identifier: MIT OR Apache-2.0
#nullable enable
using System;

namespace PalabraAI
{
    // Variables as the program sees them: .NET keeps its own copy on Unix, which the library cannot see.
    internal static partial class ClientEnvironment
    {
        private static string? Value(string name)
        {
            string? value = Environment.GetEnvironmentVariable(name);
            return string.IsNullOrEmpty(value) ? null : value;
        }

        /// <summary>A variable that somebody else can set where another one says so: HTTP_PROXY of a CGI program.</summary>
        private static string? Trusted(string name, string unless)
        {
            return Value(unless) == null ? Value(name) : null;
        }
    }
}
