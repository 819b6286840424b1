// SPDX-License-Identifier: MIT OR Apache-2.0
#nullable enable
using System;
using System.IO;
using System.Net.Http;
using System.Threading.Tasks;
using UnityEngine;

namespace PalabraAI.Unity
{
    /// <summary>
    /// Short-lived tokens from an address of the game's own server, which knows its players and keeps the key: the answer to a GET
    /// is the token, as text.
    /// </summary>
    [AddComponentMenu("Palabra/Palabra HTTP Token Source")]
    public sealed class PalabraHttpTokenSource : PalabraTokenSource
    {
        // A token has some hundred letters: what is longer is a page with an error.
        private const int MostLetters = 16384;
        private static readonly HttpClient http = new HttpClient { Timeout = TimeSpan.FromSeconds(10), MaxResponseContentBufferSize = 4 * MostLetters };

        [SerializeField] private string address = "";
        [SerializeField, Tooltip("Empty: eu.")] private string region = "";

        /// <summary>Where a token is asked for, https except on the developer's machine.</summary>
        public string Address
        {
            get => address;
            set => address = value;
        }

        /// <summary>Region of the tokens; empty: "eu".</summary>
        public string Region
        {
            get => region;
            set => region = value;
        }

        /// <summary>Adds to each request what shows who the player is, such as a header.</summary>
        public Action<HttpRequestMessage>? Prepare { get; set; }

        /// <inheritdoc/>
        public override async Task<PalabraCredentials> GetCredentialsAsync()
        {
            using (var request = new HttpRequestMessage(HttpMethod.Get, address))
            {
                Prepare?.Invoke(request);
                using (HttpResponseMessage answer = await http.SendAsync(request))
                {
                    if (!answer.IsSuccessStatusCode)
                        throw new IOException("The token source answers " + (int)answer.StatusCode);
                    string token = (await answer.Content.ReadAsStringAsync()).Trim();
                    if (token.Length == 0 || token.Length > MostLetters || token.IndexOf('<') >= 0)
                        throw new IOException("The token source answers something that is no token");
                    return new PalabraCredentials { ApiKey = token, Region = string.IsNullOrEmpty(region) ? null : region };
                }
            }
        }
    }
}
