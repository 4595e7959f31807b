def define_env(env):
    @env.macro
    def note(kind, text):
        return f'<aside class="note-edition-0 {kind}"><p>{text}</p></aside>'
