// SPDX-License-Identifier: MIT OR Apache-2.0
// Shows the transcript and its translation, in the scene beside it.
using PalabraAI;
using PalabraAI.Unity;
using UnityEngine;

[RequireComponent(typeof(PalabraTranslator))]
public sealed class Subtitles : MonoBehaviour
{
    [SerializeField] private string apiKeyFile = "palabra_key.txt";

    private string said = "", translated = "";

    private void Awake()
    {
        var translator = GetComponent<PalabraTranslator>();
        string path = System.IO.Path.Combine(Application.persistentDataPath, apiKeyFile);
        // Beside the saved games and not in the project: a key in a scene is shipped with the game.
        if (System.IO.File.Exists(path))
            translator.Client = new PalabraClientOptions { Credentials = { ApiKey = System.IO.File.ReadAllText(path).Trim() } };
        translator.OnTranscript.AddListener((language, text, isFinal) => said = text);
        translator.OnTranslation.AddListener((language, text, isFinal) => translated = text);
        translator.OnClosed.AddListener((status, text) => translated = status == PalabraStatus.Ok ? "" : status + ": " + text);
    }

    private void OnGUI()
    {
        GUI.Label(new Rect(20, Screen.height - 80, Screen.width - 40, 30), said);
        GUI.Label(new Rect(20, Screen.height - 50, Screen.width - 40, 30), translated);
    }
}
