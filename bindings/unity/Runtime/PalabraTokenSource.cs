// SPDX-License-Identifier: MIT OR Apache-2.0
#nullable enable
using System.Threading.Tasks;
using UnityEngine;

namespace PalabraAI.Unity
{
    /// <summary>
    /// Where the components get credentials from: a key that is shipped with a game is public, so the game's own server hands out
    /// short-lived ones. A component asks when it opens, and again when it must connect anew. See PalabraHttpTokenSource.
    /// </summary>
    public abstract class PalabraTokenSource : MonoBehaviour
    {
        /// <summary>Called on the main thread. What it throws comes as OnFailure, and the session waits until its timeout.</summary>
        /// <returns>Credentials that are valid now.</returns>
        public abstract Task<PalabraCredentials> GetCredentialsAsync();
    }
}
