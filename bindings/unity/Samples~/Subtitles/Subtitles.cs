// SPDX-License-Identifier: MIT OR Apache-2.0
// Shows the transcript and its translation. To run it, put it on an empty object: it adds a PalabraSession and an
// AudioSource.
using PalabraAI;
using PalabraAI.Unity;
using UnityEngine;

public sealed class Subtitles : MonoBehaviour
{
    [SerializeField] private string apiKeyFile = "palabra_key.txt";

    private string said = "", translated = "";

    private void Awake()
    {
        var session = gameObject.AddComponent<PalabraSession>();
        string path = System.IO.Path.Combine(Application.persistentDataPath, apiKeyFile);
        // Beside the saved games and not in the project: a key in a scene is shipped with the game.
        if (System.IO.File.Exists(path))
            session.Client = new ClientConfig { Credentials = { ApiKey = System.IO.File.ReadAllText(path).Trim() } };
        session.OnTranscript.AddListener((language, text, isFinal) => said = text);
        session.OnTranslation.AddListener((language, text, isFinal) => translated = text);
        session.OnClosed.AddListener((code, text) => translated = code == Status.Ok ? "" : code.Name() + ": " + text);
    }

    private void OnGUI()
    {
        GUI.Label(new Rect(20, Screen.height - 80, Screen.width - 40, 30), said);
        GUI.Label(new Rect(20, Screen.height - 50, Screen.width - 40, 30), translated);
    }
}
